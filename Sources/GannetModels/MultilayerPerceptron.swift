import GannetNN

/// The book's multilayer perceptrons for 28x28 images of ten classes.
public enum MultilayerPerceptron {
  /// 784-256-10 with ReLU (section 5.2.2).
  public static func concise() -> Sequential {
    Sequential {
      Flatten()
      Linear(784, 256)
      ReLU()
      Linear(256, 10)
    }
  }

  /// 784-256-256-10 with ReLU, each hidden layer followed by dropout (section 5.6).
  ///
  /// - Parameter rates: The probabilities of the two; the book's are 0.5 and 0.5.
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
