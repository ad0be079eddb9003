import Synchronization

/// Counter of gradients accumulated by leaves that no optimizer handles.
///
/// An optimizer searches its module for such a parameter only if the count has grown since its last
/// step.
package enum UntrackedLeaves {
  private static let counter = Atomic<UInt64>(0)

  static func note() { counter.add(1, ordering: .relaxed) }

  /// The number of such gradients in this process so far.
  package static var count: UInt64 { counter.load(ordering: .relaxed) }
}
