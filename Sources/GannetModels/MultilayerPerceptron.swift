import GannetNN

/// Multilayer perceptrons for 28x28 images of ten classes (Dive into Deep Learning, chapter 5).
public enum MultilayerPerceptron {
  /// A perceptron of sizes 784-256-10 with ReLU (section 5.2.2).
  public static func concise() -> Sequential {
    Sequential {
      Flatten()
      Linear(784, 256)
      ReLU()
      Linear(256, 10)
    }
  }

  /// A perceptron of sizes 784-256-256-10 with ReLU and dropout after each hidden layer (section
  /// 5.6).
  ///
  /// - Parameter rates: The dropout probabilities of the two hidden layers; 0.5 by default, as in
  ///   the book.
  public static func dropout(rates: (Float, Float) = (0.5, 0.5)) -> Sequential {
    Sequential {
      Flatten()
      Linear(784, 256)
      ReLU()
      Dropout(rates.0)
      Linear(256, 256)
      ReLU()
      Dropout(rates.1)
      Linear(256, 10)
    }
  }
}
