import Reproduction

/// The chapters "Multilayer Perceptrons" and what belongs to it, as a program.
@main
package enum ReproduceMLP {
  package static let chapter = Chapter(
    "mlp", number: 5, title: "Multilayer perceptrons",
    sections: [
      .activations, .mlpScratch, .mlpConcise, .backprop, .stability, .initialization,
      .generalization, .weightDecay, .dropout, .optimizers,
    ])

  static func main() { chapter.main() }
}
