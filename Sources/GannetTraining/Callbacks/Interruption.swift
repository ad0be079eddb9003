import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Ends a training at Ctrl-C after the current step, so that a checkpoint can be written; a second
/// Ctrl-C ends the process.
///
/// SIGUSR1, which mpirun and Slurm hand on to a program that is to end, does the same. On several
/// ranks, each has this callback, and one that is interrupted ends the training of all.
public final class Interruption: Callback {
  /// Makes a callback that handles the signals while a training runs.
  public init() {}

  /// Whether the training, on any rank, was interrupted.
  public private(set) var wasInterrupted = false

  public func trainingWillBegin(_ training: any Training) {
    wasInterrupted = false
    InterruptionSignals.watch()
  }

  public func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) {
    stopIfReceived(training)
  }

  public func stepWasSkipped(_ training: any Training, _ error: TrainingError) {
    stopIfReceived(training)
  }

  private func stopIfReceived(_ training: any Training) {
    guard InterruptionSignals.wereReceived else { return }
    wasInterrupted = true
    training.stop()
  }

  public func trainingDidEnd(_ training: any Training) {
    InterruptionSignals.unwatch()
    guard let distribution = training.distribution else { return }
    wasInterrupted =
      distribution.allGather([wasInterrupted ? 1 : 0], for: "an interruption").contains(1)
  }

  public func trainingDidFail(_ training: any Training, _ error: any Error) {
    InterruptionSignals.unwatch()
  }
}

// At file scope, where a C function can reach it.
private let received = Atomic<Bool>(false)

private enum InterruptionSignals {
  private static let numbers = [SIGINT, SIGUSR1]

  static var wereReceived: Bool { received.load(ordering: .relaxed) }

  static func watch() {
    received.store(false, ordering: .relaxed)
    for number in numbers {
      signal(number) { number in
        received.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  static func unwatch() { for number in numbers { signal(number, SIG_DFL) } }
}
