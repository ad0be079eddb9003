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
public final class Interruption: Callback {
  /// Makes a callback that handles the signal while a training runs.
  public init() {}

  /// Whether Ctrl-C was pressed during the training.
  public private(set) var wasInterrupted = false

  public func trainingWillBegin(_ training: any Training) {
    wasInterrupted = false
    InterruptionSignal.watch()
  }

  public func stepDidEnd(_ training: any Training, _ progress: TrainingProgress) {
    stopIfReceived(training)
  }

  public func stepWasSkipped(_ training: any Training, _ error: TrainingError) {
    stopIfReceived(training)
  }

  private func stopIfReceived(_ training: any Training) {
    guard InterruptionSignal.wasReceived else { return }
    wasInterrupted = true
    training.stop()
  }

  public func trainingDidEnd(_ training: any Training) { InterruptionSignal.unwatch() }

  public func trainingDidFail(_ training: any Training, _ error: any Error) {
    InterruptionSignal.unwatch()
  }
}

// At file scope, where a C function can reach it.
private let received = Atomic<Bool>(false)

private enum InterruptionSignal {
  static var wasReceived: Bool { received.load(ordering: .relaxed) }

  static func watch() {
    received.store(false, ordering: .relaxed)
    signal(SIGINT) { number in
      received.store(true, ordering: .relaxed)
      signal(number, SIG_DFL)
    }
  }

  static func unwatch() { signal(SIGINT, SIG_DFL) }
}
