import Synchronization

/// Gradients that leaves have collected though no optimizer takes care of them.
///
/// An optimizer looks through its module for such a parameter only where the count has grown since
/// its last step.
package enum UntrackedLeaves {
  private static let counter = Atomic<UInt64>(0)

  static func note() { counter.add(1, ordering: .relaxed) }

  /// How many such gradients there have been in this process.
  package static var count: UInt64 { counter.load(ordering: .relaxed) }
}
