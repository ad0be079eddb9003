import Reproduction

/// The chapter "Convolutional Neural Networks" as a program.
@main
enum ReproduceCNN {
  static func main() {
    Chapter(
      "cnn", title: "Convolutional neural networks",
      sections: [
        .correlation, .edges, .paddingStride, .channels, .pooling, .receptiveField, .lenet,
      ]
    ).main()
  }
}
