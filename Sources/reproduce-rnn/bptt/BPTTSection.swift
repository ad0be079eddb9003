import Gannet
import Reproduction

extension Section {
  /// Backpropagation through time: its closed forms against the tape; whole, cut regularly and at
  /// random; how the gradient shrinks and grows by distance.
  static let bptt = Section(
    "bptt", title: "Backpropagation through time", reference: "9.7, bptt", seconds: 30,
    published: BPTTFigures.all
  ) { context in
    try context.seeded {
      var result = ScalarRecurrence(steps: 400).compare()
      result.add(LinearRNN(steps: 10).compare())
      result.add(try TruncationStudy(context, LanguageTask(context)).run())
      return result
    }
  }
}
