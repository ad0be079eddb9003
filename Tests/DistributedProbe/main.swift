// Trains a small network on the ranks that started it, and prints its bits; the tests of GannetMPI
// run it by mpirun.
//
//     distributed-probe task=lenet epochs=2 checkpoint=FILE kill=1@5
#if MPI
import Gannet
import GannetMPI

let options = ProbeOptions(CommandLine.arguments.dropFirst())
let world = try World(timeout: options.seconds("timeout"), patience: options.seconds("patience"))
try Probe(options, world: world).run()
#else
print("distributed-probe: built without the trait MPI")
#endif
