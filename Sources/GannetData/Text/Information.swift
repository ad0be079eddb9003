import Foundation
import GannetTensor

/// Measures of information, in nats, of probabilities that add up to 1 (Dive into Deep Learning, sections
/// 9.3.2 and 22.11).
public enum Information {
  /// -ln p: how surprising an event of the probability p is; infinite for an impossible one.
  public static func surprisal(_ probability: Double) -> Double { -log(probability) }

  /// The mean surprisal of the outcomes of a distribution: 0 where one is certain, ln k where k are equally
  /// likely, which is the most.
  public static func entropy(_ probabilities: [Double]) -> Double {
    crossEntropy(of: probabilities, predictedBy: probabilities)
  }

  /// The mean surprisal of outcomes distributed as `truth` to whoever believes in `prediction`; least, the
  /// entropy of `truth`, where the two are the same.
  ///
  /// Stops where the two differ in length.
  public static func crossEntropy(of truth: [Double], predictedBy prediction: [Double]) -> Double {
    guard truth.count == prediction.count else {
      fail("crossEntropy: \(truth.count) outcomes and \(prediction.count) predictions")
    }
    return zip(truth, prediction).reduce(0) { sum, pair in
      // What never happens surprises nobody.
      pair.0 > 0 ? sum + pair.0 * surprisal(pair.1) : sum
    }
  }

  /// exp of a cross-entropy: between how many equally likely tokens a model chooses, in the geometric mean.
  public static func perplexity(crossEntropy: Double) -> Double { exp(crossEntropy) }
}
