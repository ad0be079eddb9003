import Foundation
import Reproduction

/// A descent along a function of one variable (the book's sections 12.3.1 and 12.3.3): ten steps
/// from x = 10, in double precision, since the book prints more digits than a single one has.
struct LineDescent: Sendable {
  /// The book's figure of its end, such as `gd x² η=0.2`.
  let end: PublishedFigure
  let rate: Double
  /// The decrease of x by a step with learning rate 1.
  let step: @Sendable (Double) -> Double

  static func gradientDescent(
    _ function: LineFunction, rate: Double, end: PrintedNumber
  ) -> LineDescent {
    LineDescent(
      end: .exact("gd \(function.name) η=\(text(rate))", end), rate: rate, step: function.slope)
  }

  /// Steps of the slope divided by the curvature, uphill where this is negative.
  static func newton(
    _ function: LineFunction, rate: Double = 1, end: PrintedNumber
  ) -> LineDescent {
    let name = "newton \(function.name)" + (rate == 1 ? "" : " η=\(text(rate))")
    return LineDescent(end: .exact(name, end), rate: rate) {
      function.slope($0) / function.curvature($0)
    }
  }

  /// The positions before the first step and after each.
  var path: [Double] {
    (0..<10).reduce(into: [10.0]) { path, _ in
      path.append(path.last! - rate * step(path.last!))
    }
  }

  /// The rate as text for names and legends.
  static func text(_ rate: Double) -> String { String(format: "%g", rate) }
}

/// A function of one variable with its first two derivatives.
struct LineFunction: Sendable {
  let name: String
  let value: @Sendable (Double) -> Double
  let slope: @Sendable (Double) -> Double
  let curvature: @Sendable (Double) -> Double

  static let square = LineFunction(
    name: "x²", value: { $0 * $0 }, slope: { 2 * $0 }, curvature: { _ in 2 })

  static let hyperbolicCosine = LineFunction(
    name: "cosh(0.5x)", value: { cosh(0.5 * $0) }, slope: { 0.5 * sinh(0.5 * $0) },
    curvature: { 0.25 * cosh(0.5 * $0) })

  /// x cos(cx): not convex, with a local minimum on the way.
  static let wave: LineFunction = {
    let c = 0.15 * Double.pi
    return LineFunction(
      name: "x·cos(0.15πx)", value: { $0 * cos(c * $0) },
      slope: { cos(c * $0) - c * $0 * sin(c * $0) },
      curvature: { -2 * c * sin(c * $0) - c * c * $0 * cos(c * $0) })
  }()
}

/// The book's descents in one dimension, function by function.
enum LineDescents {
  private static let panels: [(title: String, function: LineFunction, descents: [LineDescent])] = [
    (
      "gradient descent, x²", .square,
      [
        .gradientDescent(.square, rate: 0.2, end: "0.060466"),
        .gradientDescent(.square, rate: 0.05, end: "3.486784"),
        .gradientDescent(.square, rate: 1.1, end: "61.917364"),
      ]
    ),
    (
      "gradient descent, x·cos(0.15πx)", .wave,
      [.gradientDescent(.wave, rate: 2, end: "-1.528166")]
    ),
    (
      "Newton's method, cosh(0.5x)", .hyperbolicCosine,
      [.newton(.hyperbolicCosine, end: "0.000000")]
    ),
    (
      "Newton's method, x·cos(0.15πx)", .wave,
      [.newton(.wave, end: "26.8341"), .newton(.wave, rate: 0.5, end: "7.2699")]
    ),
  ]

  /// All descents.
  static var all: [LineDescent] { panels.flatMap(\.descents) }

  static var plot: Plot {
    let panels = panels.map { title, function, descents in
      Panel(
        title, x: Axis("x"), y: Axis("f(x)"),
        series: [graph(of: function, around: descents)]
          + descents.map { descent in
            let path = descent.path
            return Series(
              "η=\(LineDescent.text(descent.rate))", x: path, y: path.map(function.value),
              style: .path)
          })
    }
    return Plot("lines", title: "Ten steps from x = 10", panels: panels, columns: 2)
  }

  private static func graph(of function: LineFunction, around descents: [LineDescent]) -> Series {
    let reach = descents.flatMap(\.path).map(abs).max()! * 1.05
    let x = (0...200).map { reach * (Double($0) / 100 - 1) }
    return Series("", x: x, y: x.map(function.value), style: .guide)
  }
}
