extension Tensor: CustomStringConvertible {
  /// The elements in nested brackets, a row a line; the middle of a long axis is left out.
  public var description: String {
    let scalars = self.scalars
    let digits = scalars.prefix(10_000).map(Tensor.format)
    let width = digits.map(\.count).max() ?? 0
    func text(_ axis: Int, _ offset: Int) -> String {
      guard axis < rank else {
        let number = Tensor.format(scalars[offset])
        return rank == 0
          ? number : String(repeating: " ", count: Swift.max(0, width - number.count)) + number
      }
      let size = shape[axis]
      let step = shape.dropFirst(axis + 1).reduce(1, *)
      let edge = 3
      var parts: [String] = []
      for index in 0..<size {
        if size > 2 * edge + 4, index == edge { parts.append("…") }
        if size > 2 * edge + 4, index >= edge, index < size - edge { continue }
        parts.append(text(axis + 1, offset + index * step))
      }
      let separator =
        axis == rank - 1
        ? ", "
        : "," + String(repeating: "\n", count: rank - 1 - axis)
          + String(repeating: " ", count: axis + 1)
      return "[" + parts.joined(separator: separator) + "]"
    }
    return text(0, 0)
  }

  /// Four digits behind the point, or an exponent where they don't show the number.
  private static func format(_ value: Float) -> String {
    if value == value.rounded(), abs(value) < 1e6 { return String(Int(value)) }
    if !value.isFinite { return "\(value)" }
    let magnitude = abs(value)
    if magnitude >= 1e6 || magnitude < 1e-4 { return "\(value)" }
    let scaled = (Double(value) * 1e4).rounded() / 1e4
    return "\(scaled)"
  }
}
