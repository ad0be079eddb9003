import Reproduction

/// The chapter "Convolutional Neural Networks" as a program.
@main
package enum ReproduceCNN {
  package static let chapter = Chapter(
    "cnn", number: 7, title: "Convolutional neural networks",
    sections: [
      .correlation, .edges, .paddingStride, .channels, .pooling, .receptiveField, .lenet,
    ])

  static func main() { chapter.main() }
}
