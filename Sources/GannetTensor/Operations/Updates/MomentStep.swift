import CGannetKernels
import Foundation

/// A step by averages of the gradient and of its square: Adam and its relatives. The equations are
/// stated with these optimizers.
package struct MomentStep {
  /// The use of the averages.
  package enum Rule: Sendable {
    /// Adam's, AdamW's and RAdam's.
    case adam
    /// Yogi's: v ← v + (1 - β₂) sign(g² - v) g².
    case yogi
    /// NAdam's, with a share of the gradient itself.
    case nAdam
    /// Adamax's, with the largest gradient in place of the average square.
    case adamax
  }

  let form: gannet_adam_step
  let rule: Rule
  /// The rate of the gradient itself, of NAdam alone.
  let ownRate: Float

  init(_ form: gannet_adam_step, _ rule: Rule, ownRate: Float = 0) {
    (self.form, self.rule, self.ownRate) = (form, rule, ownRate)
  }

  /// The step of `w`, with the averages of the gradient and of its square, and with the largest
  /// average square so far where that is kept.
  package func callAsFunction(
    _ w: inout Tensor, by gradient: Tensor, first: inout Tensor, second: inout Tensor,
    largest: inout Tensor?
  ) {
    let (m, v, step) = (first.writablePointer(), second.writablePointer(), self)
    let largest = largest?.writablePointer()
    w.update(by: gradient) { w, g, start, count in
      let (m, v) = (m + start, v + start)
      switch step.rule {
      case .adam:
        if let largest {
          gannet_amsgrad(w, g, m, v, largest + start, step.form, count)
        } else {
          gannet_adam(w, g, m, v, step.form, count)
        }
      case .yogi: gannet_yogi(w, g, m, v, step.form, count)
      case .nAdam: gannet_nadam(w, g, m, v, step.form, step.ownRate, count)
      case .adamax: gannet_adamax(w, g, m, v, step.form, count)
      }
    }
  }
}

/// The settings that the steps of Adam's relatives share.
package struct MomentSettings: Sendable {
  package var rate: Float
  package var weightDecay: Float
  /// Whether the weight decay shrinks the weight itself, as in AdamW, in place of going through the
  /// averages.
  package var decouplesDecay: Bool
  package var betas: (first: Float, second: Float)
  package var epsilon: Float
  /// The number of the step, from 1 on, of which the averages are freed of their start at 0.
  package var count: Int

  package init(
    rate: Float, weightDecay: Float, decouplesDecay: Bool, betas: (first: Float, second: Float),
    epsilon: Float, count: Int
  ) {
    self.rate = rate
    self.weightDecay = weightDecay
    self.decouplesDecay = decouplesDecay
    self.betas = betas
    self.epsilon = epsilon
    self.count = count
  }

  /// The averages' shares of what they average: 1 - βᵗ.
  var shares: (first: Double, second: Double) {
    func share(_ beta: Float) -> Double { 1 - pow(Double(beta), Double(count)) }
    return (share(betas.first), share(betas.second))
  }

  func form(rate: Double, scale: Double, epsilon: Float) -> gannet_adam_step {
    gannet_adam_step(
      rate: Float(rate), weight_decay: decouplesDecay ? 0 : weightDecay,
      shrinkage: decouplesDecay ? 1 - self.rate * weightDecay : 1, beta1: betas.first,
      gain1: 1 - betas.first, beta2: betas.second, gain2: 1 - betas.second, scale: Float(scale),
      epsilon: epsilon)
  }
}

extension MomentStep {
  /// The step of Adam, AdamW, Yogi or Adamax.
  package init(_ settings: MomentSettings, rule: Rule) {
    let shares = settings.shares
    self.init(
      settings.form(
        rate: Double(settings.rate) / shares.first, scale: 1 / shares.second.squareRoot(),
        epsilon: settings.epsilon), rule)
  }

  /// RAdam's step: Adam's, scaled by how well the average square is known; by the average gradient
  /// alone in the first steps.
  package init(rectified settings: MomentSettings) {
    let (shares, beta) = (settings.shares, Double(settings.betas.second))
    let longest = 2 / (1 - beta) - 1
    let count = Double(settings.count)
    let length = longest - 2 * count * pow(beta, count) / shares.second
    let rate = Double(settings.rate) / shares.first
    guard length > 5 else {
      // A divisor of 1.
      self.init(settings.form(rate: rate, scale: 0, epsilon: 1), .adam)
      return
    }
    let rectification =
      ((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
      .squareRoot()
    self.init(
      settings.form(
        rate: rate * rectification * shares.second.squareRoot(), scale: 1,
        epsilon: settings.epsilon), .adam)
  }

  /// NAdam's step. `product` is that of the momenta μ of the steps before, 1 at first; it is multiplied
  /// by this step's.
  package init(lookingAhead settings: MomentSettings, momentumDecay: Float, product: inout Float) {
    func momentum(_ count: Int) -> Double {
      Double(settings.betas.first)
        * (1 - 0.5 * pow(0.96, Double(count) * Double(momentumDecay)))
    }
    let (current, next) = (momentum(settings.count), momentum(settings.count + 1))
    product = Float(Double(product) * current)
    let (rate, past) = (Double(settings.rate), Double(product))
    self.init(
      settings.form(
        rate: rate * next / (1 - past * next), scale: 1 / settings.shares.second.squareRoot(),
        epsilon: settings.epsilon), .nAdam, ownRate: Float(rate * (1 - current) / (1 - past)))
  }
}
