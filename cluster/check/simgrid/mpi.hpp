// Included before everything else: SMPI says that it knows no threads, and here there are none.
#pragma once

#include <mpi.h>

inline int init_without_threads(int* count, char*** words, int wanted, int* provided) {
  *provided = wanted;
  return MPI_Init(count, words);
}
#define MPI_Init_thread init_without_threads
