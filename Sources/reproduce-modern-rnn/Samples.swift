import Gannet
import Reproduction

extension LanguageTask {
  /// Fifty windows of the validation text, `[T, N]`.
  var sample: IntTensor {
    let places = Array(stride(from: 0, to: validation.dataset.count, by: 100))
    return validation.dataset.batch(at: places).inputs.transposed()
  }

  /// A phrase of the book, over which gates are shown.
  var phrase: Phrase {
    Phrase(Tokenizer.characters("the time traveller held in his hand"), vocabulary)
  }
}

/// A few characters, and plots of networks' gates on them.
struct Phrase {
  /// `[T, 1]`.
  let tokens: IntTensor
  private let characters: [String]

  init(_ characters: [String], _ vocabulary: Vocabulary) {
    self.characters = characters
    tokens = IntTensor(vocabulary.indices(of: characters)).reshaped(to: [characters.count, 1])
  }

  /// A map for each gate, `[T, 1, H]`: characters from left to right, units from top to bottom.
  func plot(_ title: String, _ gates: KeyValuePairs<String, Tensor>) -> Plot {
    Plot(
      "gates", title: title,
      panels: gates.map { name, gate in
        Panel(
          name, x: Axis("character"), y: Axis("unit"),
          heatMap: HeatMap(
            gate.squeezed(at: 1).transposed().unstacked().map { $0.scalars.map(Double.init) },
            columnLabels: characters, range: 0...1))
      }, columns: 1)
  }
}
