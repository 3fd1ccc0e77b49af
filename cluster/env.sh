# Sourced by every launcher: settings of Open MPI and of threads that all ways of starting share.
# A variable that is set already keeps its value.

# Ranks that wait give their processor away instead of polling.
: "${OMPI_MCA_mpi_yield_when_idle:=1}"
# More ranks than cores are allowed: tests and small machines need it.
: "${OMPI_MCA_rmaps_base_oversubscribe:=1}"
# Containers often forbid the single-copy mechanism; large messages are rare here.
: "${OMPI_MCA_btl_vader_single_copy_mechanism:=none}"
# No word about network hardware that is not there.
: "${OMPI_MCA_btl_base_warn_component_unused:=0}"
# Threads belong to Basalt (--threads); libraries below it keep to one.
: "${OMP_NUM_THREADS:=1}"
export OMPI_MCA_mpi_yield_when_idle OMPI_MCA_rmaps_base_oversubscribe OMP_NUM_THREADS
export OMPI_MCA_btl_vader_single_copy_mechanism OMPI_MCA_btl_base_warn_component_unused

# Open MPI wants to be told twice that root is meant, as in containers.
if [ "$(id -u)" = 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
