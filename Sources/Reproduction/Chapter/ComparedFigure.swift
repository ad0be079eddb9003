import Foundation

/// The verdict on a figure compared to the book's.
package enum Verdict: String, Codable, Sendable, CaseIterable {
  case within
  case outside
  /// The book publishes the figure and the section did not report it.
  case missing
  /// The run differs from the book's: other epochs, less data, or other data.
  case notComparable = "not comparable"
  /// Shown without an accepted interval.
  case shown
}

/// A reproduced figure over the seeds, with the published one of the same name.
package struct ComparedFigure: Sendable {
  package let name: String
  /// Our values, one a seed.
  package let values: [Double]
  package let published: PublishedFigure?
  package let verdict: Verdict

  package init(
    name: String, values: [Double], published: PublishedFigure?, isComparable: Bool = true
  ) {
    self.name = name
    self.values = values
    self.published = published
    verdict = Self.judge(values, by: published?.criterion, isComparable: isComparable)
  }

  /// The median over the seeds; NaN where one of them is NaN, nil where there is no value.
  package var median: Double? { values.median }

  /// Judges deterministic figures by every seed, the others by their median.
  private static func judge(
    _ values: [Double], by criterion: Criterion?, isComparable: Bool
  ) -> Verdict {
    guard let criterion, let accepted = criterion.accepted else { return .shown }
    guard isComparable else { return .notComparable }
    guard let median = values.median else { return .missing }
    let isWithin =
      if case .exact = criterion {
        values.allSatisfy(accepted.contains)
      } else {
        accepted.contains(median)
      }
    return isWithin ? .within : .outside
  }
}

extension ComparedFigure {
  /// A value formatted with as many digits as the book prints.
  package func text(_ value: Double) -> String {
    if case .exact(let printed)? = published?.criterion { return printed.formatting(value) }
    return Numbers.text(value)
  }

  /// Our median as text.
  package var medianText: String { median.map(text) ?? "none" }

  /// The book's value or statement.
  package var bookText: String {
    switch published?.criterion {
    case .exact(let printed)?: printed.text
    case .claim(let statement, _)?: statement
    case .band, .reference, .shown, nil: published?.value.map(Numbers.text) ?? ""
    }
  }

  /// Whether the book's side is a statement, too long for a narrow column.
  package var isClaim: Bool {
    if case .claim? = published?.criterion { true } else { false }
  }

  /// The verdict as text; empty if not comparable, which the section's heading states.
  package var verdictText: String {
    switch verdict {
    case .within, .outside, .missing: verdict.rawValue
    case .notComparable, .shown: ""
    }
  }

  /// The spread of the published runs.
  package var bandText: String { published?.criterion.band.map { Numbers.text($0.range) } ?? "" }

  /// The interval that a value of ours must lie in.
  package var acceptedText: String {
    if case .exact? = published?.criterion { return "every digit" }
    return published?.criterion.accepted.map(Numbers.text) ?? ""
  }

  /// The complaint of a failed check; nil if the figure is accepted.
  package var complaint: String? {
    switch verdict {
    case .outside: "\(name) is \(medianText), accepted \(acceptedText), book: \(bookText)"
    case .missing: "\(name) was not reported"
    case .within, .notComparable, .shown: nil
    }
  }
}
