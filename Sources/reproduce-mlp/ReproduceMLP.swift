import Reproduction

/// The chapters "Multilayer Perceptrons" and what belongs to it, as a program.
@main
enum ReproduceMLP {
  static func main() {
    Chapter(
      "mlp", title: "Multilayer perceptrons",
      sections: [
        .activations, .mlpScratch, .mlpConcise, .backprop, .stability, .initialization,
        .generalization, .weightDecay, .dropout, .optimizers,
      ]
    ).main()
  }
}
