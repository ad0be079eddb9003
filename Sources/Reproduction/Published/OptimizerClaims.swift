extension [PublishedFigure] {
  /// Chapter "Optimization Algorithms": what the library's optimizers must do on the book's surfaces, and
  /// on its network within two epochs of Fashion-MNIST.
  package static var optimizerClaims: Self {
    let walks = [
      "gd x1²+2x2² η=0.1", "gd 0.1x1²+2x2² η=0.4", "gd 0.1x1²+2x2² η=0.6",
      "momentum η=0.6 β=0.5", "momentum η=0.6 β=0.25", "adagrad η=0.4", "adagrad η=2",
      "rmsprop η=0.4 γ=0.9",
    ]
    let optimizers = [
      "SGD", "momentum", "Nesterov", "Shampoo", "AdaGrad", "RMSProp", "Adadelta", "Adam", "AdamW",
      "Yogi",
    ]
    return walks.map {
      .claim("\($0), library against formula", "the same path in single precision", 0...1e-5)
    }
      + optimizers.flatMap { name -> Self in
        [
          .claim("\(name) train_loss", "it learns", 0.25...0.6),
          .claim("\(name) val_acc", "it learns", 0.7...0.9),
        ]
      }
  }
}
