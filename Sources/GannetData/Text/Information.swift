import Foundation
import GannetTensor

/// Measures of information, in nats (Dive into Deep Learning, sections 9.3.2 and 22.11).
/// Probabilities sum to 1.
public enum Information {
  /// -ln p, the surprisal of an event of probability p; infinite for p = 0.
  public static func surprisal(_ probability: Double) -> Double { -log(probability) }

  /// The entropy of a distribution, its expected surprisal: from 0 for a certain outcome to ln k
  /// for k equally likely ones.
  public static func entropy(_ probabilities: [Double]) -> Double {
    crossEntropy(of: probabilities, predictedBy: probabilities)
  }

  /// The cross-entropy, the expected surprisal under `prediction` of outcomes distributed as
  /// `truth`; minimal, and equal to the entropy, where the two are the same.
  ///
  /// Stops where the two differ in length.
  public static func crossEntropy(of truth: [Double], predictedBy prediction: [Double]) -> Double {
    guard truth.count == prediction.count else {
      fail("crossEntropy: \(truth.count) outcomes and \(prediction.count) predictions")
    }
    return zip(truth, prediction).reduce(0) { sum, pair in
      // 0 ln 0 = 0, also where the prediction is 0.
      pair.0 > 0 ? sum + pair.0 * surprisal(pair.1) : sum
    }
  }

  /// The perplexity, exp of a cross-entropy: the effective number of equally likely tokens that a
  /// model chooses from.
  public static func perplexity(crossEntropy: Double) -> Double { exp(crossEntropy) }
}
