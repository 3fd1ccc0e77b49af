#!/usr/bin/env bash
# Networks as a new user meets them, from tables to decrypted predictions, and the errors for odd
# tables and recipes: networks.sh BUILD
set -euo pipefail
source "$(dirname "$0")/folder.sh" "$1"
fail() {
  echo "networks.sh: $*"
  exit 1
}

# recipe TABLE LABEL ESTIMATOR LINES...: writes r.toml.
recipe() {
  {
    printf 'name = "r"\nseed = 1\n[data]\ncsv = "%s"\nlabel = "%s"\n[model]\nestimator = "%s"\n' \
      "$1" "$2" "$3"
    shift 3
    printf '%s\n' "$@"
  } > r.toml
}

# value NAME: a number of the JSON on standard input.
value() { grep -o "\"$1\":[^,}]*" | head -1 | cut -d: -f2; }

# encrypted MODEL DATA ROWS: encrypts, scores and decrypts the first rows; all integers are right.
encrypted() {
  "$basalt" compile "$1" -o c.h5 --json --quiet > compiled.json
  "$basalt" keygen c.h5 --client c.key --evaluation e.h5 --quiet > /dev/null
  "$basalt" encrypt c.h5 c.key "$2" --rows "0:$3" -o b.h5 --quiet > /dev/null
  "$basalt" score c.h5 e.h5 b.h5 -o s.h5 --quiet > /dev/null
  "$basalt" decrypt c.h5 c.key s.h5 --labels "$2" --rows "0:$3" -o found.csv --json --quiet > d.json
  grep -q '"mismatches":0' d.json || fail "$1: $(cat d.json)"
  rm -rf c.h5 c.key e.h5 b.h5 s.h5
}

# Several targets in one table, by recipe and by import.
awk -F, 'NR == 1 { print "a,b,sum,c,d,turned"; next } NR <= 400 {
  printf "%s,%s,%.4f,%s,%s,%.3f\n", $1, $3, $1 / 40 + $3 / 9 + $4 / 14, $4, $9, 500 - 9 * $9 }' \
  "$root/bench/data/diabetes.csv" > two.csv
"$basalt" import csv two.csv --label sum,turned -o two.h5 --json --quiet > imported.json
grep -q '"targets":2' imported.json && grep -q '"features":4' imported.json
"$basalt" import csv two.csv --label sum,-1 -o same.h5 --quiet > /dev/null
cmp -s two.h5 same.h5 || fail "names and positions are other targets"
for model in 'NeuralNetRegressor max_epochs=40' 'LinearRegression n_bits=8' \
  'QuantCNNRegressor layers=["conv1d(4,2)"] input_shape=[4] module__n_input_bits=7'; do
  read -ra lines <<< "$model"
  recipe two.csv sum,turned "${lines[@]}"
  r2=$("$basalt" train r.toml -o m.h5 --json --quiet | value r2)
  awk -v r2="$r2" 'BEGIN { exit !(r2 > 0.7) }' || fail "$model: r2 $r2"
  encrypted m.h5 two.h5 4
  head -1 found.csv | grep -qx 'row,value_0,value_1' || fail "$(head -1 found.csv)"
  awk -F, 'NR > 1 && ($2 < 3 || $2 > 18 || $3 < 440 || $3 > 480) { exit 1 }' found.csv ||
    fail "$model: $(cat found.csv)"
done

brief='max_epochs=40 batch_size=16 fit_benchmark=true'

# Original labels, and probabilities that sum to 1.
awk -F, 'NR == 1 { print "a,b,c,d,kind"; next } {
  print $1 "," $2 "," $3 "," $4 "," ($5 == "setosa" ? -7 : $5 == "versicolor" ? 0 : 30) }' \
  "$root/bench/data/iris.csv" > kinds.csv
"$basalt" import csv kinds.csv --label kind -o kinds.h5 --quiet > /dev/null
for model in 'NeuralNetClassifier max_epochs=40 batch_size=32' \
  'QuantCNN layers=["conv1d(4,2)"] input_shape=[4] module__n_input_bits=4 '"$brief"; do
  read -ra lines <<< "$model"
  recipe kinds.csv kind "${lines[@]}"
  "$basalt" train r.toml -o m.h5 --json --quiet > trained.json
  accuracy=$(value test_accuracy < trained.json)
  awk -v a="$accuracy" 'BEGIN { exit !(a > 0.8) }' || fail "$model: accuracy $accuracy"
  encrypted m.h5 kinds.h5 4
  head -1 found.csv | grep -qx 'row,label,probability_-7,probability_0,probability_30'
  awk -F, 'NR > 1 { s = $3 + $4 + $5
    if ($2 != -7 && $2 != 0 && $2 != 30 || s < 1 - 1e-6 || s > 1 + 1e-6) exit 1 }' found.csv ||
    fail "$model: $(cat found.csv)"
done
grep -q float_test_accuracy trained.json

# Training goes on, and neurons can be removed for good, once.
for model in 'NeuralNetClassifier module__hidden=[16]' \
  'QuantCNN layers=["conv1d(4,2)"] input_shape=[4]'; do
  read -ra lines <<< "$model"
  recipe kinds.csv kind "${lines[@]}" max_epochs=5
  "$basalt" train r.toml -o start.h5 --quiet > /dev/null 2>&1
  recipe kinds.csv kind "${lines[@]}" max_epochs=3 warm_start=true
  epochs=$("$basalt" train r.toml --start start.h5 -o more.h5 --json --quiet | value epochs)
  [ "$epochs" = 8 ] || fail "$model: $epochs epochs"
done
bootstraps() { "$basalt" compile "$1" -o c.h5 --json --quiet | value pbs_per_row; }
recipe kinds.csv kind NeuralNetClassifier 'module__hidden=[16]' warm_start=true \
  module__n_prune_neurons_percentage=0.25
"$basalt" train r.toml --start start.h5 -o pruned.h5 --quiet > no.txt 2>&1 &&
  fail "a QuantCNN goes on as a NeuralNetClassifier"
recipe kinds.csv kind NeuralNetClassifier 'module__hidden=[16]'
price=$("$basalt" train r.toml -o start.h5 --json --quiet 2> /dev/null | value pbs_per_row)
[ "$price" = 16 ] || fail "training reports $price bootstraps"
recipe kinds.csv kind NeuralNetClassifier 'module__hidden=[15]' warm_start=true
! "$basalt" train r.toml --start start.h5 -o no.h5 --quiet > /dev/null 2> error.txt
grep -q '"module__hidden" = \[16\]' error.txt || fail "other widths: $(cat error.txt)"
recipe kinds.csv kind NeuralNetClassifier 'module__hidden=[16]' warm_start=true \
  module__n_prune_neurons_percentage=0.25
"$basalt" train r.toml --start start.h5 -o pruned.h5 --quiet > /dev/null 2>&1
[ "$(bootstraps start.h5)" = 16 ] && [ "$(bootstraps pruned.h5)" = 12 ] || fail "pruning"
! "$basalt" train r.toml --start pruned.h5 -o no.h5 --quiet > /dev/null 2> error.txt
grep -q 'already pruned' error.txt

# A convolution loses half of its channels, of its own accord or from a trained network.
recipe kinds.csv kind QuantCNN 'layers=["conv1d(4,2)"]' 'input_shape=[4]'
"$basalt" train r.toml -o start.h5 --quiet > /dev/null 2>&1
recipe kinds.csv kind QuantCNN 'layers=["conv1d(4,2)"]' 'input_shape=[4]' \
  module__n_prune_neurons_percentage=0.5
"$basalt" train r.toml -o half.h5 --quiet > /dev/null 2>&1
echo 'warm_start=true' >> r.toml
"$basalt" train r.toml --start start.h5 -o pruned.h5 --quiet > /dev/null 2>&1
[ "$(bootstraps start.h5)" = 12 ] && [ "$(bootstraps half.h5)" = 6 ] &&
  [ "$(bootstraps pruned.h5)" = 6 ] || fail "pruning of channels"
encrypted pruned.h5 kinds.h5 2

# Settings as they are written in Python; a warning is printed for few steps of training.
recipe kinds.csv kind NeuralNetClassifier 'module__activation_function="torch.nn.ReLU"' \
  'optimizer="torch.optim.SGD"' optimizer__momentum=0.9 'callbacks="EarlyStopping"' \
  train_split=false verbose=true module__hidden=8
"$basalt" train r.toml -o m.h5 > /dev/null 2> said.txt
grep -q '^only [0-9]* steps of training' said.txt || fail "few steps: $(cat said.txt)"

# The defaults of a release run encrypted, their wide sums rounded exactly.
recipe kinds.csv kind NeuralNetClassifier 'preset="1.9"' module__n_hidden_neurons_multiplier=0.5
"$basalt" train r.toml -o m.h5 --quiet > /dev/null 2>&1
encrypted m.h5 kinds.h5 2

# Omega neurons have max_active_neurons weights at most on average: 1 of 4 at these bits.
recipe kinds.csv kind NeuralNetClassifier 'module__hidden=[16]' 'module__accumulator="omega"' \
  module__n_w_bits=3 module__n_a_bits=3 module__n_accum_bits=6
"$basalt" train r.toml -o omega.h5 --quiet > /dev/null 2>&1
"$basalt" compile omega.h5 -o c.h5 --json --quiet > compiled.json
grep -q '"l1_max"' compiled.json

# refused WORD TABLE LABEL ESTIMATOR LINES...: training ends with one sentence that has WORD.
refused() {
  local word=$1 status=0
  shift
  recipe "$@"
  "$basalt" train r.toml -o no.h5 --quiet > out.txt 2> error.txt || status=$?
  if [ "$status" != 2 ] || [ "$(wc -l < error.txt)" != 1 ] || ! grep -q "$word" error.txt; then
    fail "$*: status $status, expected 2 and one line with '$word': $(cat error.txt)"
  fi
}
rows() { awk -F, -v OFS=, "NR == 1 { print; next } $1" kinds.csv; }
rows '{ $5 = 3; print }' > one.csv
rows '{ $2 = NR == 9 ? "nan" : $2; print }' > nan.csv
rows '{ $2 = NR == 9 ? "red" : $2; print }' > red.csv
rows '{ $5 = NR == 9 ? "" : $5; print }' > missing.csv
rows '{ $1 = $2 = $3 = $4 = 1; print }' > constant.csv
rows 'NR == 2' > single.csv
cnn=('layers=["conv1d(4,2)"]' 'input_shape=[4]')
for estimator in NeuralNetClassifier PostTrainingNetClassifier QuantCNN; do
  more=()
  [ $estimator != QuantCNN ] || more=("${cnn[@]}")
  refused 'every row has the label "3"' one.csv kind $estimator "${more[@]}"
  refused 'nan.csv:9: column "b"' nan.csv kind $estimator "${more[@]}"
  refused 'red.csv:9: column "b"' red.csv kind $estimator "${more[@]}"
  refused 'missing.csv:9: the label' missing.csv kind $estimator "${more[@]}"
  refused 'nothing to learn from' constant.csv kind $estimator "${more[@]}"
  refused 'leave one part empty' single.csv kind $estimator "${more[@]}"
  refused '"batch_size" must be an integer' kinds.csv kind $estimator "${more[@]}" \
    'batch_size="all"'
  refused '"lr" is -1' kinds.csv kind $estimator "${more[@]}" lr=-1
  refused 'did you mean "a"' kinds.csv aa $estimator "${more[@]}"
  refused 'one label' kinds.csv kind,a $estimator "${more[@]}"
  recipe kinds.csv kind $estimator "${more[@]}" batch_size=100000
  "$basalt" train r.toml -o large.h5 --quiet > /dev/null 2>&1 || fail "$estimator: large batch"
done
cp "$root/bench/data/iris.csv" .
refused "expected a finite number" iris.csv target NeuralNetRegressor
refused 'said by "layers"' kinds.csv kind QuantCNN "${cnn[@]}" module__n_layers=3
refused "use \"criterion__weight\"" kinds.csv kind NeuralNetClassifier "class_weight=\"balanced\""
refused 'has no effect: it is for "optimizer" = "SGD"' kinds.csv kind NeuralNetClassifier \
  optimizer__momentum=0.9
refused 'needs "module__accumulator" = "wrap"' kinds.csv kind QuantCNN "${cnn[@]}" \
  'module__inputs="soft"' 'module__accumulator="bound"'
[ ! -e no.h5 ]
