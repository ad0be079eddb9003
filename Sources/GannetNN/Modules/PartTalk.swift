/// The exchange of numbers between the parts of a batch, while each is in the same place of the model,
/// as for statistics over the whole batch.
package protocol PartTalk: Sendable {
  /// The numbers of all parts, in their order, and none of a part without examples. All parts call it
  /// in the same order, with as many numbers.
  func gathered(_ values: [Double]) -> [[Double]]
}

package enum CurrentPart {
  /// The exchange with the other parts of the batch that this task computes a part of; nil where
  /// parts do not wait for each other.
  @TaskLocal package static var talk: (any PartTalk)?
}
