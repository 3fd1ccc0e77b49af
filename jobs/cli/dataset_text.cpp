#include "jobs/cli/dataset_text.hpp"

namespace basalt::jobs::cli {

Json json_of(const learn::Dataset& data) {
  Json object{{"dataset_id", data.id().hex()},
              {"rows", data.rows()},
              {"features", data.columns()},
              {"classes", data.classes.size()}};
  object["task"] = data.task == learn::Task::classification ? "classification" : "regression";
  if (data.task == learn::Task::regression) object["targets"] = data.targets.cols();
  if (data.image) {
    object["image"] = {data.image->height, data.image->width, data.image->channels};
  }
  return object;
}

}  // namespace basalt::jobs::cli
