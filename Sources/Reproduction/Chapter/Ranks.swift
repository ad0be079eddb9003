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

  /// The distribution of a run on `count` ranks, if this is one of them or the only one; otherwise
  /// this process becomes `scripts/distributed`, which starts them with the same arguments.
  static func start(_ count: Int) throws -> any Distribution {
    guard isLaunched else {
      if count == 1 { return SingleRank() }
      throw becomeLauncher(of: count)
    }
    let world = try World()
    guard world.rankCount == count else {
      throw LaunchError("--ranks \(count), but there are \(world.rankCount) ranks")
    }
    return world
  }

  /// Returns where the launcher cannot be run.
  private static func becomeLauncher(of count: Int) -> LaunchError {
    let program = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
    guard let launcher = launcher(from: program) else {
      return LaunchError(
        "--ranks is started by Gannet's scripts/distributed, which no folder above \(program.path) "
          + "has; run it yourself: scripts/distributed -n \(count) \(program.path) ...")
    }
    let arguments =
      [launcher.path, "-n", "\(count)", program.path] + CommandLine.arguments.dropFirst()
    var pointers = arguments.map { strdup($0) } + [nil]
    execv(launcher.path, &pointers)
    return LaunchError("\(launcher.path) cannot be run: \(String(cString: strerror(errno)))")
  }

  /// The package's launcher, as seen from a program that was built there, or from the current folder.
  private static func launcher(from program: URL) -> URL? {
    let here = URL(filePath: FileManager.default.currentDirectoryPath)
    for start in [program.resolvingSymlinksInPath(), here.appending(path: "program")] {
      var folder = start.deletingLastPathComponent()
      while folder.path != "/" {
        let launcher = folder.appending(path: "scripts/distributed")
        if FileManager.default.isExecutableFile(atPath: launcher.path) { return launcher }
        folder.deleteLastPathComponent()
      }
    }
    return nil
  }
}
#else
enum Ranks {
  static func start(_ count: Int) throws -> any Distribution {
    if count == 1 { return SingleRank() }
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
