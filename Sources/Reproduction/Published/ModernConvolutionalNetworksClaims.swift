// What the chapter "Modern Convolutional Neural Networks" says in words, as bounds on figures of ours.

extension [PublishedFigure] {
  /// Section "Batch Normalization".
  package static var batchNormClaims: Self {
    [
      .claim("by hand against the library", "they are the same", 0...1e-4),
      .claim("running means, by hand against the library", "they are the same", 0...1e-5),
      .claim(
        "variance of 8 vectors, the library's running one beside by hand",
        "unbiased beside biased, 8/7", 1.142...1.144),
      .claim(
        "batch of 1: largest gradient of the weights below",
        "nothing is learned: each hidden unit is 0", 0...0),
      .claim("batch of 2: largest gradient of the weights below", "more examples do", 1e-4...10),
      .claim("batches of 1: val_acc", "nothing is learned", 0...0.3),
      .claim("batches of 2: val_acc", "their statistics are mostly noise", 0...0.6),
      .claim("batches of 64: val_acc", "batches that are large enough work", 0.65...1),
      .claim(
        "batches of 1, batch norm of the maps: val_acc", "pixels to average over are left",
        0.5...1),
      .claim("batches of 1, layer norm: val_acc", "it does not need a batch", 0.45...1),
      .claim("before the activation: val_acc", "both are used", 0.75...1),
      .claim("after the activation: val_acc", "both are used", 0.75...1),
      .claim(
        "running means against exact, in standard deviations", "running averages estimate them",
        0...0.5),
      .claim("running variances beside exact", "running averages estimate them", 0.8...1.3),
      .claim("exact statistics: val_acc", "stable for prediction", 0.84...1),
    ]
  }

  /// Section "Batch Normalization", on layer normalization.
  package static var layerNormClaims: Self {
    [
      .claim("layer norm: largest mean of a row", "a mean of 0", 0...1e-5),
      .claim("layer norm: variance of a row", "and a variance of 1", 0.9999...1.0001),
      .claim(
        "layer norm: a row alone against in its batch", "it does not depend on the batch",
        0...1e-6),
      .claim(
        "layer norm: training against prediction", "nor on whether it is trained", 0...0),
      .claim(
        "layer norm: input times 10 against input", "nor on the scale of its input", 0...1e-4),
      .claim("batch norm: two rows alone against in their batch", "batch norm does", 0.3...10),
      .claim("batch norm: training against prediction", "batch norm does", 0.3...100),
    ]
  }

  /// Section "Residual Networks (ResNet) and ResNeXt".
  package static var resnetClaims: Self {
    [
      .claim(
        "zeroed block against its input, training", "zero weights make it the identity", 0...0),
      .claim(
        "zeroed block against its input, prediction", "zero weights make it the identity", 0...0),
      .claim(
        "network with three zeroed blocks more against the smaller",
        "a larger network contains the smaller", 0...0),
    ]
  }

  /// Section "Residual Networks (ResNet) and ResNeXt", and the paper's figure 1: on 12,800 images of 8 by
  /// 8, two epochs.
  package static var resnetDepthClaims: Self {
    [
      .claim(
        "plain: train_loss of 56 layers less that of 20", "deeper, it trains worse", 0.35...3),
      .claim(
        "residual: train_loss of 56 layers less that of 20", "skip connections mend it",
        -1...0.25),
      .claim("110 layers, residual: val_acc", "over 100 layers can be trained", 0.6...1),
    ]
  }

  /// What makes minimal filtering the default: ends that differ by less than those of two seeds do.
  package static var minimalFilteringClaims: Self {
    [
      .claim("exact: val_acc", "the network learns", 0.8...1),
      .claim(
        "minimal filtering less exact: val_acc", "it ends at the same accuracy", -0.01...0.01),
      .claim("minimal filtering less exact: val_loss", "and at the same loss", -0.02...0.02),
    ]
  }
}
