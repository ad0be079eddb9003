import GannetNN
import GannetTensor

/// The mean of gradients over all ranks, in a loop of your own in which each rank has batches of its
/// own:
///
///     world.broadcast(model)
///     let average = GradientAverage(of: model.parameters, over: world)
///     for batch in loader {
///       optimizer.zeroGradients()
///       average.backward(crossEntropy(model(batch.images), batch.labels))
///       optimizer.step()
///     }
///
/// The sums are made by a tree over the ranks, so that they have the same bits in each run; on
/// another number of ranks they differ, unlike those of a `Trainer`, which cuts batches into parts.
public final class GradientAverage {
  private let distribution: any Distribution
  private let exchange: GradientExchange

  /// Makes the mean of the gradients of `parameters`; other parameters keep their own.
  public init(of parameters: Parameters, over distribution: any Distribution) {
    self.distribution = distribution
    exchange = GradientExchange(of: parameters, over: distribution, partCount: 1)
  }

  /// Runs the backward pass of this rank's `loss`, and sets the gradients to their means over the
  /// ranks, which are exchanged meanwhile.
  ///
  /// Gradients from before add to this rank's. A parameter without a gradient on one rank has zeros
  /// there; without one on any, it has none.
  ///
  /// - Parameters:
  ///   - loss: The loss of this rank's batch, a scalar.
  ///   - weight: The weight of this rank in the mean, such as the number of its examples; 1 by
  ///     default.
  public func backward(_ loss: Tensor, weight: Double = 1) {
    let share = distribution.share(ofWeight: weight)
    exchange.begin()
    (loss * share).backward(filling: exchange.fill)
    exchange.endPart()
    exchange.finish()
  }
}

extension Distribution {
  /// Replaces each gradient by its mean over all ranks, after `backward()` and before the
  /// optimizer's step. ``GradientAverage`` does so during the backward pass.
  ///
  /// - Parameters:
  ///   - parameters: The parameters whose gradients are averaged.
  ///   - weight: The weight of this rank in the mean; 1 by default.
  public func average(_ parameters: Parameters, weight: Double = 1) {
    let share = share(ofWeight: weight)
    let exchange = GradientExchange(of: parameters, over: self, partCount: 1)
    exchange.begin()
    for parameter in parameters {
      parameter.gradient = parameter.gradient.map { $0 * share }
    }
    exchange.endPart()
    exchange.finish()
  }

  /// The share of this rank in a mean.
  fileprivate func share(ofWeight weight: Double) -> Float {
    let total = allGather([weight], for: "the weights of a mean").reduce(0, +)
    guard weight >= 0, weight.isFinite, total > 0 else {
      fail("Distribution: weight \(weight) of \(total), expected 0 or more of more than 0")
    }
    return Float(weight / total)
  }
}
