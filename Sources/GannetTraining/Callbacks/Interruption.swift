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
public final class Interruption<Batch>: Callback {
  /// Makes a callback that handles the signal while a training runs.
  public init() {}

  /// Whether Ctrl-C was pressed during the training.
  public private(set) var wasInterrupted = false

  public func trainingWillBegin(_ trainer: Trainer<Batch>) {
    wasInterrupted = false
    InterruptionSignal.watch()
  }

  public func stepDidEnd(_ trainer: Trainer<Batch>, _ progress: TrainingProgress) {
    stopIfReceived(trainer)
  }

  public func stepWasSkipped(_ trainer: Trainer<Batch>, _ error: TrainingError) {
    stopIfReceived(trainer)
  }

  private func stopIfReceived(_ trainer: Trainer<Batch>) {
    guard InterruptionSignal.wasReceived else { return }
    wasInterrupted = true
    trainer.stop()
  }

  public func trainingDidEnd(_ trainer: Trainer<Batch>) { InterruptionSignal.unwatch() }

  public func trainingDidFail(_ trainer: Trainer<Batch>, _ error: any Error) {
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
