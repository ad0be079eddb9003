// The figures of the chapter "Multilayer Perceptrons", of "Weight Decay" and of the deterministic
// traces of "Optimization Algorithms". A final value is the last point of its curve.

extension [PublishedFigure] {
  /// Section "Implementation of Multilayer Perceptrons", from raw tensors: 784-256-10, ReLU.
  package static var mlpScratch: Self {
    [
      .exact("parameters", "203530", source: .definition),
      .band("train_loss", book: 0.382, 0.375, 0.382, 0.385),
      .band("val_loss", book: 0.449, 0.412, 0.420, 0.449),
      .band("val_acc", book: 0.833, 0.833, 0.847, 0.854),
    ]
  }

  /// Section "Implementation of Multilayer Perceptrons", from layers.
  package static var mlpConcise: Self {
    [
      .exact("parameters", "203530", source: .definition),
      .band("train_loss", book: 0.372, 0.361, 0.372, 0.379),
      .band("val_loss", book: 0.431, 0.401, 0.412, 0.442),
      .band("val_acc", book: 0.845, 0.838, 0.852, 0.859),
    ]
  }

  /// Section "Dropout": 784-256-256-10, a half dropped after each hidden layer.
  package static var dropout: Self {
    [
      .exact("parameters", "269322", source: .definition),
      .band("scratch train_loss", book: 0.416, 0.415, 0.418, 0.424),
      .band("scratch val_loss", book: 0.409, 0.394, 0.402, 0.436),
      .band("scratch val_acc", book: 0.850, 0.832, 0.854, 0.855),
      .band("concise train_loss", book: 0.419, 0.414, 0.417, 0.427),
      .band("concise val_loss", book: 0.429, 0.395, 0.407, 0.437),
      .band("concise val_acc", book: 0.837, 0.831, 0.852, 0.856),
    ]
  }

  /// Section "Weight Decay": 200 inputs, 20 examples; the norm is half the squared L2 norm.
  ///
  /// The losses of the scratch version contain the penalty, as the book's do. References are of
  /// `scripts/references/measure weight-decay`.
  package static var weightDecay: Self {
    [
      .reference("scratch λ=0 train_loss", book: 4.4e-5, 4.96e-6, 1.04e-5, 4.13e-5),
      .band("scratch λ=0 val_loss", book: 0.0219, 0.0146, 0.0200, 0.0240),
      .band("scratch λ=0 norm", book: 0.00995, 0.0085, nil, 0.0113),
      .reference("scratch λ=3 train_loss", book: 0.0067, 0.00431, 0.00551, 0.00660),
      .reference("scratch λ=3 val_loss", book: 0.0167, 0.0111, 0.0146, 0.0173),
      .band("scratch λ=3 norm", book: 0.00173, 0.00115, nil, 0.00185),
      .reference("concise train_loss", book: 6.4e-4, 2.45e-4, 6.10e-4, 9.34e-4),
      .band("concise val_loss", book: 0.0465, 0.0442, 0.0495, 0.0580),
      .band("concise norm", book: 0.01378, 0.0122, nil, 0.0148),
    ]
  }

  /// Section "Multilayer Perceptrons": the ends and tops of the six curves on -8 to 7.9.
  package static var activations: Self {
    [
      .exact("relu min", "0", source: .definition),
      .exact("relu max", "7.9", source: .definition),
      .exact("sigmoid min", "0.0003354"),
      .exact("sigmoid max", "0.9996"),
      .exact("sigmoid gradient max", "0.25"),
      .exact("sigmoid gradient at -8", "0.0003352"),
      .claim("sigmoid gradient at 7.9", "the curve ends at 0.0003705", 0.0003704...0.0003706),
      .exact("tanh gradient max", "1"),
      .claim("tanh gradient at -8", "vanishes (4.8e-7 in single precision)", 0...1e-6),
      .claim("tanh gradient at 7.9", "vanishes (6.0e-7 in single precision)", 0...1e-6),
    ]
  }

  /// Chapter "Optimization Algorithms": where each method stands after its steps, without noise.
  ///
  /// Ten steps in one dimension, twenty from (-5, -2) in two; `x1` and `x2` are the coordinates.
  package static var optimizerTraces: Self {
    [
      .exact("gd x² η=0.2", "0.060466"),
      .exact("gd x² η=0.05", "3.486784"),
      .exact("gd x² η=1.1", "61.917364"),
      .exact("gd x·cos(0.15πx) η=2", "-1.528166"),
      .exact("gd x1²+2x2² η=0.1 x1", "-0.057646"),
      .exact("gd x1²+2x2² η=0.1 x2", "-0.000073"),
      .exact("newton cosh(0.5x)", "0.000000"),
      .exact("newton x·cos(0.15πx)", "26.8341"),
      .exact("newton x·cos(0.15πx) η=0.5", "7.2699"),
      .exact("gd 0.1x1²+2x2² η=0.4 x1", "-0.943467"),
      .exact("gd 0.1x1²+2x2² η=0.4 x2", "-0.000073"),
      .exact("gd 0.1x1²+2x2² η=0.6 x1", "-0.387814"),
      .exact("gd 0.1x1²+2x2² η=0.6 x2", "-1673.365109"),
      .exact("momentum η=0.6 β=0.5 x1", "0.007188"),
      .exact("momentum η=0.6 β=0.5 x2", "0.002553"),
      .exact("momentum η=0.6 β=0.25 x1", "-0.126340"),
      .exact("momentum η=0.6 β=0.25 x2", "-0.186632"),
      .exact("adagrad η=0.4 x1", "-2.382563"),
      .exact("adagrad η=0.4 x2", "-0.158591"),
      .exact("adagrad η=2 x1", "-0.002295"),
      .exact("adagrad η=2 x2", "0.000000"),
      .exact("rmsprop η=0.4 γ=0.9 x1", "-0.010599"),
      .exact("rmsprop η=0.4 γ=0.9 x2", "0.000000"),
    ]
  }

  /// Section "Learning Rate Scheduling": the rates of the schedules at their marked epochs.
  package static var schedules: Self {
    [
      .exact("square root at 0", "0.1"),
      .exact("square root at 29", "0.01826"),
      .exact("factor at 0", "1.8"),
      .exact("factor at 49", "0.01031"),
      .exact("multi-step at 0", "0.5"),
      .exact("multi-step at 15", "0.25"),
      .exact("cosine at 0", "0.3"),
      .exact("cosine at 10", "0.155"),
      .exact("cosine at 20", "0.01"),
      .exact("warm-up at 0", "0"),
      .exact("warm-up at 2", "0.12"),
      .exact("warm-up at 4", "0.24"),
      .exact("warm-up at 5", "0.3"),
      .exact("warm-up at 20", "0.01"),
    ]
  }
}
