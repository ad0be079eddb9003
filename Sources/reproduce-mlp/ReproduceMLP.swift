import Reproduction

/// The chapters "Multilayer Perceptrons" and what belongs to it, as a program.
@main
enum ReproduceMLP {
  static func main() {
    Chapter(
      "mlp", title: "Multilayer perceptrons",
      sections: [.mlpScratch, .mlpConcise, .dropout]
    ).main()
  }
}
