// What the chapter "Multilayer Perceptrons" says in words, as bounds on figures of ours. Decades are
// logarithms to the base 10.

extension [PublishedFigure] {
  /// Section "Multilayer Perceptrons".
  package static var activationClaims: Self {
    [
      .claim("relu gradient, tape against closed form", "they are the same", 0...0),
      .claim("prelu gradient, tape against closed form", "they are the same", 0...0),
      .claim("sigmoid gradient, tape against closed form", "they are the same", 0...1e-6),
      .claim("tanh gradient, tape against closed form", "they are the same", 0...1e-6),
      .claim("sigmoid against softmax of (x, 0)", "a special case of softmax", 0...1e-6),
    ]
  }

  /// Section "Forward Propagation, Backward Propagation, and Computational Graphs".
  package static var backprop: Self {
    ["∂J/∂o", "∂J/∂W2", "∂J/∂h", "∂J/∂z", "∂J/∂W1"].flatMap { name -> Self in
      [
        .claim("\(name), tape against formula", "they are the same", 0...1e-5),
        .claim("\(name), differences against formula", "they are the same", 0...1e-2),
      ]
    } + [
      .claim("Frobenius norm against the flattened vector's", "they are the same", 0...1e-6),
      .claim(
        "training memory, per layer beside one activation", "training keeps every layer's",
        0.9...2.2),
      .claim(
        "prediction memory, per layer beside one activation", "prediction keeps none", -0.1...0.1),
    ]
  }

  /// Section "Numerical Stability and Initialization".
  package static var stability: Self {
    [
      .claim(
        "gradient of layer 1, sigmoid, 20 layers beside 1, log10", "it vanishes", -40...(-6)),
      .claim(
        "gradient of layer 1, ReLU, 20 layers beside 1, log10", "it neither vanishes nor explodes",
        -2...2),
      .claim("product of 101 matrices, largest entry, log10", "it explodes", 18...31),
      .claim(
        "spread of units, constant", "they stay the same, but for rounding that training amplifies",
        0...0.15),
      .claim("spread of units, constant with dropout", "dropout breaks the symmetry", 0.3...2),
      .claim("spread of units, random", "chance breaks the symmetry", 0.3...2),
      .claim("accuracy, constant", "one unit's worth is learned", 0.1...0.6),
      .claim("accuracy, random", "every unit is of use", 0.65...1),
    ]
  }

  /// Section "Parameter Initialization".
  package static var initialization: Self {
    func flows(_ rule: String, _ statement: String, _ bounds: ClosedRange<Double>) -> Self {
      [
        .claim("\(rule), activations, last layer beside first, log10", statement, bounds),
        .claim("\(rule), gradients, first layer beside last, log10", statement, bounds),
      ]
    }
    return flows("normal 0.01, ReLU", "a fixed width vanishes with depth", -50...(-20))
      + flows("PyTorch default, ReLU", "a third of He's variance vanishes too", -20...(-5))
      + flows("Xavier, linear", "the variance stays", -0.7...0.7)
      + flows("He, ReLU", "the variance stays", -1...1)
      + flows("orthogonal, linear", "the length of every vector stays", -1e-3...1e-3)
  }

  /// Section "Weight Decay".
  package static var weightDecayClaims: Self {
    [
      .claim(
        "ridge solution against descent", "descent comes to the closed form's minimum", 0...1e-3),
      .claim("share of weights below 1e-3, L1", "L1 picks few weights", 0.5...1),
      .claim("share of weights below 1e-3, L2", "L2 spreads over all", 0...0.5),
    ]
  }

  /// Section "Dropout".
  package static var dropoutClaims: Self {
    [
      .claim("noisy inputs against ridge", "noise amounts to a penalty on the weights", 0...0.02),
      .claim("clean inputs against ridge", "which changes them", 0.05...1),
      .claim(
        "accuracy kept under noise of 0.3 by dropout", "the function is smoother than without",
        0...0.1),
    ]
  }
}
