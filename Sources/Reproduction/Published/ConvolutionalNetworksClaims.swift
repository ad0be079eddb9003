// What the chapter "Convolutional Neural Networks" says in words, as bounds on figures of ours.

extension [PublishedFigure] {
  /// Section "Convolutions for Images".
  package static var correlationClaims: Self {
    [
      .claim("by hand against the library", "they are the same", 0...1e-5),
      .claim("convolution, arguments swapped", "convolution commutes", 0...1e-5),
      .claim("correlation, arguments swapped", "cross-correlation does not", 0.5...100),
      .claim(
        "kernel learned by convolution against that by correlation", "they differ", 1.19...1.2),
      .claim("the same, turned by half a turn", "by nothing but the turn", 0...1e-4),
      .claim("outputs of the two", "the outputs are the same", 0...1e-3),
    ]
  }

  /// Section "Convolutions for Images". Descent shrinks the error along (1, 1) by 0.8 a step and along
  /// (1, -1) by 0.64, from weights within ±1/√2: hence the bounds.
  package static var edgeClaims: Self {
    [
      .claim("loss, step 10 beside step 8", "the loss falls by these factors", 0.1677...0.4097),
      .claim("distance from the detector", "remarkably close to the kernel", 0...0.111),
      .claim("distance from the closed form", "they are the same", 0...1e-5),
    ]
  }

  /// Section "Padding and Stride".
  package static var paddingStrideClaims: Self {
    [.claim("sizes that the count of windows contradicts", "none", 0...0)]
  }

  /// Section "Multiple Input and Multiple Output Channels".
  package static var channelClaims: Self {
    [
      .claim("channels in, the sum of each alone", "they are the same", 0...1e-5),
      .claim(
        "1x1 against a product of matrices, sum of differences", "less than 1e-6", 0...1e-6),
      .claim(
        "1x1 against a linear layer at each pixel", "they are the same", 0...1e-6),
      .claim(
        "1x1, pixels shuffled before or after", "it does not see its neighbours", 0...1e-6),
      .claim("3x3, pixels shuffled before or after", "larger kernels do", 0.5...100),
    ]
  }

  /// Section "Pooling": a cross, found by a kernel of its shape, moves.
  package static var poolingClaims: Self {
    [
      .claim(
        "moved by at most 1, max 2x2: share still seen",
        "a pattern may move by one element in height or width", 1...1),
      .exact("moved by at most 1, not pooled: share still seen", "0.1111", source: .definition),
      .exact("moved by at most 2, max 2x2: share still seen", "0.36", source: .definition),
      .claim(
        "strength of the response, max 2x2", "one reason to prefer the maximum to the average",
        1...1),
      .exact("strength of the response, average 2x2", "0.55", source: .definition),
    ]
  }

  /// Section "Convolutions for Images".
  package static var receptiveFieldClaims: Self {
    [
      .claim(
        "ResNet-18's field beside its images", "it may be larger than the actual input",
        1.01...100)
    ]
  }

  /// Section "Convolutional Neural Networks (LeNet)": the book's curve stays at 2.31 and an accuracy of
  /// 0.10 for three to four epochs.
  package static var lenetClaims: Self {
    [
      .claim("plateau: epochs", "three to four without progress", 1...6),
      .claim(
        "plateau: train_loss of the second half of epoch 1", "the loss of a blind guess, ln 10",
        2.29...2.325),
    ]
  }
}
