import Foundation
import GannetNN
import GannetTensor

extension Distribution {
  /// Gives all ranks the parameters, buffers and random streams that `model` has on rank 0.
  ///
  /// A `Trainer` does so when it is made. Stops where the ranks' models differ in a name or a shape.
  public func broadcast(_ model: any Module) {
    let state = model.stateDictionary
    let names = state.keys.sorted()
    requireEqual(names.map { "\($0) \(state[$0]!.shape)" }, "model")
    let streams = model.randomStreams
    let values = broadcast(names.map { state[$0]! }, for: "the model's values")
    do {
      // The present values are loaded where they are those of rank 0, too, so that all go one way.
      try model.load(Dictionary(uniqueKeysWithValues: zip(names, values)))
      let first = try broadcast(streams, for: "the model's random streams")
      if first != streams { try model.setRandomStreams(first) }
    } catch { fail("broadcast: \(error)") }
  }

  /// Stops where the lists differ between ranks, with the first item that does.
  func requireEqual(_ items: [String], _ name: String) {
    guard rankCount > 1 else { return }
    let text = items.joined(separator: "\n")
    let first = String(
      decoding: broadcast(Data(text.utf8), from: 0, for: "the \(name) of rank 0"), as: UTF8.self)
    var difference = ""
    if text != first {
      let wanted = first.split(separator: "\n").map(String.init)
      let place = zip(items, wanted).enumerated().first { $1.0 != $1.1 }?.offset
      let index = place ?? min(items.count, wanted.count)
      func item(_ list: [String]) -> String { index < list.count ? list[index] : "nothing more" }
      difference = "rank \(rank) has \(item(items)) where rank 0 has \(item(wanted))"
    }
    let differences = allGather(difference, for: "the comparison of the \(name)s")
    guard let found = differences.first(where: { !$0.isEmpty }) else { return }
    fail("Distribution: the \(name)s of the ranks differ: \(found)")
  }
}
