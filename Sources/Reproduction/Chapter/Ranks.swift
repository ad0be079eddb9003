import Foundation
import GannetTraining

#if MPI
import GannetMPI

/// The ranks of a chapter's run with `--ranks`.
enum Ranks {
  /// Whether a launcher of MPI has started this process: mpirun of Open MPI, or another one.
  private static var isLaunched: Bool {
    let environment = ProcessInfo.processInfo.environment
    return ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"].contains { environment[$0] != nil }
  }

  /// The distribution of a run on `count` ranks, if this is one of them; otherwise this process
  /// becomes mpirun, which starts them with the same arguments.
  static func start(_ count: Int) throws -> any Distribution {
    guard isLaunched else { throw becomeLauncher(of: count) }
    let world = try World()
    guard world.rankCount == count else {
      throw LaunchError("--ranks \(count), but there are \(world.rankCount) ranks")
    }
    return world
  }

  /// Returns where mpirun cannot be run.
  private static func becomeLauncher(of count: Int) -> LaunchError {
    // As in scripts/distributed.
    for (name, value) in [
      ("OMPI_MCA_hwloc_base_binding_policy", "none"), ("OMPI_MCA_rmaps_base_oversubscribe", "1"),
      ("OMPI_MCA_mpi_warn_on_fork", "0"), ("OMPI_ALLOW_RUN_AS_ROOT", "1"),
      ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
    ] { setenv(name, value, 0) }
    let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
    let arguments = ["mpirun", "-n", "\(count)", program] + CommandLine.arguments.dropFirst()
    var pointers = arguments.map { strdup($0) } + [nil]
    execvp("mpirun", &pointers)
    return LaunchError(
      "mpirun cannot be run (\(String(cString: strerror(errno)))); apt install openmpi-bin")
  }
}
#else
enum Ranks {
  static func start(_ count: Int) throws -> any Distribution {
    throw LaunchError(
      "--ranks needs the trait MPI: apt install libopenmpi-dev openmpi-bin pkg-config, and build "
        + "again by scripts/reproduce")
  }
}
#endif

/// An error of starting the ranks of a run.
struct LaunchError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
