import Foundation
import Gannet
import Reproduction

/// The recurrence of section 9.7.1 for one number: h(t) = tanh(x(t) + w h(t-1)), o(t) = v h(t),
/// under the mean of ½ (o(t) - y(t))². With b = ∂f/∂w and c = ∂f/∂h,
///
///     a(t) = ∂h(t)/∂w = b(t) + c(t) a(t-1) = b(t) + Σ (Π c(j)) b(i)
///
/// where i runs from 1 to t-1 and j from i+1 to t.
struct ScalarRecurrence {
  private let w: Float = 0.9
  private let v: Float = 0.7
  private let inputs: [Float]
  private let targets: [Float]
  private let states: [Double]
  private let b: [Double]
  private let c: [Double]

  init(steps: Int) {
    inputs = Tensor(normal: [steps], standardDeviation: 0.3).scalars
    targets = Tensor(normal: [steps]).scalars
    var state = 0.0
    var (states, b, c): ([Double], [Double], [Double]) = ([], [], [])
    for x in inputs {
      let next = Foundation.tanh(Double(x) + Double(w) * state)
      b.append((1 - next * next) * state)
      c.append((1 - next * next) * Double(w))
      states.append(next)
      state = next
    }
    (self.states, self.b, self.c) = (states, b, c)
  }

  /// ∂h(t)/∂w for each step, by the sum; of its last `terms` terms alone, if given.
  private func closedForm(terms: Int? = nil) -> [Double] {
    b.indices.map { t in
      let first = max(0, t - (terms ?? t))
      return b[t] + (first..<t).map { i in c[i + 1...t].reduce(b[i], *) }.reduce(0, +)
    }
  }

  /// ∂h(t)/∂w for each step, by recursion, with each c(t) multiplied by a factor.
  private func recursion(factors: [Float]) -> [Double] {
    var a = 0.0
    return b.indices.map { t in
      a = b[t] + Double(factors[t]) * c[t] * a
      return a
    }
  }

  /// ∂h(t)/∂w for each step by the tape, and the gradient of the loss.
  private func tape() -> (states: [Double], loss: Double) {
    let w = Tensor(w).requiringGradient()
    var h = Tensor(0)
    let states = inputs.map { x in
      h = tanh(x + w * h)
      return h
    }
    let ofStates = states.map {
      Double(gradients(of: $0, withRespectTo: [w], keepingTape: true)[0].scalar)
    }
    let losses = zip(states, targets).map { square(v * $0 - $1) / 2 }
    stack(losses).mean().backward()
    return (ofStates, Double(w.gradient!.scalar))
  }

  func compare() -> SectionResult {
    let clock = ContinuousClock()
    var (closed, oneByOne): ([Double], [Double]) = ([], [])
    let sumTime = clock.measure { closed = closedForm() }
    let recursionTime = clock.measure {
      oneByOne = recursion(factors: [Float](repeating: 1, count: b.count))
    }
    let (ofStates, ofLoss) = tape()
    let loss =
      closed.indices.map { t in
        (Double(v) * states[t] - Double(targets[t])) * Double(v) * closed[t]
      }.reduce(0, +) / Double(closed.count)
    var result = SectionResult(figures: [
      RecurrenceFigures.recursion: distance(closed, oneByOne),
      RecurrenceFigures.time: sumTime / recursionTime,
      RecurrenceFigures.tape: distance(ofStates, closed),
      RecurrenceFigures.loss: abs(loss - ofLoss) / abs(loss),
      RecurrenceFigures.last4: distance(closedForm(terms: 4), closed),
      RecurrenceFigures.last16: distance(closedForm(terms: 16), closed),
    ])
    result.add(randomized(full: closed))
    return result
  }

  /// z(t) = b(t) + ξ(t) c(t) z(t-1), ξ being 1/π with probability π and 0 otherwise.
  private func randomized(full: [Double]) -> SectionResult {
    let truncation = Truncation.unbiased(keeping: 0.8)
    let draws = 10_000
    var sums = [Double](repeating: 0, count: b.count)
    var (factorSum, single) = (0.0, 0.0)
    for _ in 0..<draws {
      let factors = truncation.factors(steps: b.count)
      let sum = recursion(factors: factors)
      factorSum += Double(factors.dropFirst().reduce(0, +))
      single += distance(sum, full) / Double(draws)
      for t in sums.indices { sums[t] += sum[t] / Double(draws) }
    }
    return SectionResult(figures: [
      RecurrenceFigures.factorMean: factorSum / Double(draws * (b.count - 1)),
      .ours("randomized sum: error of one"): single,
      RecurrenceFigures.randomizedMean: distance(sums, full) / single,
    ])
  }

  /// The distance of two sequences beside the length of the second.
  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    let squares = zip(a, b).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
    return (squares / b.map { $0 * $0 }.reduce(0, +)).squareRoot()
  }
}
