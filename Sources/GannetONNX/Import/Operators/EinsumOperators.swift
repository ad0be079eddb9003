#if ONNX
import GannetTensor

extension Operator {
  static let sumsOfProducts: [String: Operator] = [
    "Einsum": Operator(1...Int.max) { node in
      let equation = try node.string("equation", "")
      guard node.inputs.count <= 3 else {
        throw node.fault(
          "multiplies \(node.inputs.count) inputs, at most 3 are possible", .unsupported)
      }
      return { x in
        try EinsumEquation(x, equation).check(x)
        switch x.count {
        case 1: return [.tensor(einsum(equation, x[0]))]
        case 2: return [.tensor(einsum(equation, x[0], x[1]))]
        default: return [.tensor(einsum(equation, x[0], x[1], x[2]))]
        }
      }
    }
  ]
}

/// An equation of Einstein's convention with the sizes of its axes, so that nothing stops the product.
private struct EinsumEquation {
  /// The names of each input's axes: letters, and numbers for those of `...`, counted from the last.
  private let terms: [[String]]
  private let result: [String]
  private var sizes: [String: Int] = [:]

  /// Most axes of an intermediate product, which has two more.
  private static let mostAxes = Shape.maximumRank - 2

  init(_ x: NodeInputs, _ equation: String) throws {
    let text = equation.filter { $0 != " " }
    let sides = text.split(separator: "->", omittingEmptySubsequences: false)
    let inputs = (sides.first ?? "").split(separator: ",", omittingEmptySubsequences: false)
    try x.require(
      (1...2).contains(sides.count) && inputs.count == x.count,
      "an equation of its inputs, not \(equation)")
    var (terms, sizes) = ([[String]](), [String: Int]())
    for (index, input) in inputs.enumerated() {
      let names = try EinsumEquation.names(input, rank: x.rank(index), x)
      for (name, size) in zip(names, x.shape(index)) {
        let known = sizes[name] ?? size
        let broadcasts = name.first!.isNumber && min(known, size) == 1
        try x.require(known == size || broadcasts, "axes of one letter that have one size")
        sizes[name] = broadcasts ? max(known, size) : size
      }
      terms.append(names)
    }
    let others = sizes.keys.filter { $0.first!.isNumber }.sorted(by: >)
    if sides.count == 2 {
      let rank = sides[1].filter { $0 != "." }.count + (sides[1].contains(".") ? others.count : 0)
      result = try EinsumEquation.names(sides[1], rank: rank, x)
      try x.require(
        Set(result).count == result.count && result.allSatisfy { sizes[$0] != nil },
        "a result of the inputs' letters, each once")
    } else {
      let all = terms.flatMap { $0 }
      result = others + sizes.keys.filter { name in all.count { $0 == name } == 1 }
    }
    (self.terms, self.sizes) = (terms, sizes)
  }

  /// The names of the axes of a term of a tensor of `rank` axes.
  private static func names(_ term: Substring, rank: Int, _ x: NodeInputs) throws -> [String] {
    let parts = term.split(separator: "...", omittingEmptySubsequences: false)
    let letters = parts.reduce(0) { $0 + $1.count }
    try x.require(
      parts.count <= 2 && parts.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isLetter } }
        && (parts.count == 2 ? letters <= rank : letters == rank),
      "letters for \(rank) axes, not \(term)")
    func named(_ part: Substring) -> [String] { part.map { String($0) } }
    guard parts.count == 2 else { return named(term) }
    return named(parts[0]) + (0..<rank - letters).reversed().map { "\($0)" } + named(parts[1])
  }

  /// Throws where a product on the way is too large or has too many axes.
  func check(_ x: NodeInputs) throws {
    guard sizes.count <= EinsumEquation.mostAxes else {
      throw x.fault("multiplies along more than \(EinsumEquation.mostAxes) axes", .unsupported)
    }
    for number in terms.indices {
      let later = Set(result + terms[(number + 1)...].flatMap { $0 })
      _ = try x.shape(later.intersection(terms[...number].flatMap { $0 }).map { sizes[$0]! })
    }
  }
}
#endif
