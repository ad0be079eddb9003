/// Sums of products of tensors by Einstein's convention (PyTorch's `einsum`).
///
///     einsum("bik,bkj->bij", a, b)  // a batch of matrix products
///     einsum("ii->", a)             // the trace
///     einsum("...i,i->...", x, w)   // of the last axis with a vector
///
/// Each operand has a letter for each axis; axes of one letter have one size, and letters that are not
/// in the result are summed over. A letter that an operand has twice takes its diagonal. `...` stands
/// for further axes, which broadcast. Without `->` the result has the letters that come once, in
/// alphabetical order, behind those of `...`. Operands are multiplied from the left to the right, by
/// matrix products.
public func einsum(_ equation: String, _ operands: Tensor...) -> Tensor {
  let (terms, result) = parse(equation, operands)
  var product = terms[0]
  for number in terms.indices.dropFirst() {
    let needed = Set(result + terms[(number + 1)...].flatMap(\.labels))
    product = product.multiplied(by: terms[number], keeping: needed)
  }
  return product.arranged(as: result)
}

/// An axis of an operand: a letter, or a number for one of the axes of `...`, counted from the last.
private enum Label: Hashable {
  case letter(Character)
  case other(Int)
}

/// A tensor whose axes have labels, each once.
private struct Term {
  let labels: [Label]
  let tensor: Tensor

  func size(_ label: Label) -> Int? {
    labels.firstIndex(of: label).map { tensor.shape[$0] }
  }

  /// This term summed over the axes that are not kept.
  func summed(keeping kept: Set<Label>) -> Term {
    let gone = labels.indices.filter { !kept.contains(labels[$0]) }
    if gone.isEmpty { return self }
    return Term(
      labels: labels.filter { kept.contains($0) }, tensor: tensor.sum(along: Axes(gone)))
  }

  /// The tensor with the axes `labels`, of which those that it lacks have size 1.
  func arranged(over labels: [Label]) -> Tensor {
    let order = labels.compactMap { self.labels.firstIndex(of: $0) }
    let sizes = labels.map { size($0) ?? 1 }
    return tensor.permuted(order).reshaped(to: Shape(sizes))
  }

  /// The tensor with the axes of the result.
  func arranged(as result: [Label]) -> Tensor {
    summed(keeping: Set(result)).arranged(over: result)
  }

  /// The product with `other`, summed over the axes that are not kept.
  func multiplied(by other: Term, keeping kept: Set<Label>) -> Term {
    let a = summed(keeping: kept.union(other.labels))
    let b = other.summed(keeping: kept.union(labels))
    // Axes of both that are kept are batches; so are broadcast ones, of size 1 in one of them.
    let shared = a.labels.filter { b.labels.contains($0) }
    let batch = shared.filter { kept.contains($0) || a.size($0) != b.size($0) }
    let inner = shared.filter { !batch.contains($0) }
    let left = a.labels.filter { !shared.contains($0) }
    let right = b.labels.filter { !shared.contains($0) }
    func matrix(_ term: Term, _ rows: [Label], _ columns: [Label]) -> Tensor {
      let sizes = [rows, columns].map { $0.reduce(1) { $0 * term.size($1)! } }
      return term.arranged(over: batch + rows + columns)
        .reshaped(to: Shape(batch.map { term.size($0)! } + sizes))
    }
    let product = matmul(matrix(a, left, inner), matrix(b, inner, right))
    let sizes = left.map { a.size($0)! } + right.map { b.size($0)! }
    let shape = Shape(Array(product.shape.dropLast(2)) + sizes)
    return Term(labels: batch + left + right, tensor: product.reshaped(to: shape))
      .summed(keeping: kept)
  }
}

/// The operands with the labels of their axes, and the labels of the result.
private func parse(_ equation: String, _ operands: [Tensor]) -> ([Term], [Label]) {
  func wrong(_ fault: String) -> Never {
    fail("einsum: \(equation) and \(operands.map(\.shape)): \(fault)")
  }
  let text = equation.filter { $0 != " " }
  let sides = text.split(separator: "->", omittingEmptySubsequences: false)
  guard (1...2).contains(sides.count), !operands.isEmpty else { wrong("expected one `->`") }
  let inputs = sides[0].split(separator: ",", omittingEmptySubsequences: false)
  guard inputs.count == operands.count else { wrong("\(inputs.count) operands are named") }
  var sizes: [Label: Int] = [:]
  var letters: [Character: Int] = [:]
  var dots = 0
  var terms: [Term] = []
  for (input, operand) in zip(inputs, operands) {
    guard let (front, back, hasDots) = split(input) else { wrong("\(input) has other characters") }
    let rest = operand.rank - front.count - back.count
    guard hasDots ? rest >= 0 : rest == 0 else {
      wrong("\(input) has not the rank of \(operand.shape)")
    }
    let labels =
      front.map(Label.letter) + (0..<rest).reversed().map(Label.other) + back.map(Label.letter)
    dots = max(dots, rest)
    for letter in front + back { letters[letter, default: 0] += 1 }
    let term = diagonal(labels, operand) { wrong("axes of one letter differ in size") }
    for (label, size) in zip(term.labels, term.tensor.shape) {
      if case .letter = label, let known = sizes[label], known != size {
        wrong("axes of one letter differ in size")
      }
      sizes[label] = size
    }
    terms.append(term)
  }
  let others = (0..<dots).reversed().map(Label.other)
  guard sides.count == 2 else {
    let once = letters.filter { $0.value == 1 }.keys.sorted()
    return (terms, others + once.map(Label.letter))
  }
  guard let (front, back, hasDots) = split(sides[1]) else { wrong("the result is not one") }
  let result = front + back
  guard Set(result).count == result.count, result.allSatisfy({ letters[$0] != nil }) else {
    wrong("the result's letters are not those of operands, each once")
  }
  return (terms, front.map(Label.letter) + (hasDots ? others : []) + back.map(Label.letter))
}

/// The letters before and behind `...`; nil where there are other characters.
private func split(
  _ term: Substring
) -> (front: [Character], back: [Character], hasDots: Bool)? {
  let parts = term.split(separator: "...", omittingEmptySubsequences: false)
  guard parts.count <= 2, parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isLetter } }) else {
    return nil
  }
  return (Array(parts[0]), parts.count == 2 ? Array(parts[1]) : [], parts.count == 2)
}

/// The operand with each label once: its diagonal where one is repeated.
private func diagonal(
  _ labels: [Label], _ operand: Tensor, orFail differ: () -> Never
) -> Term {
  var (labels, tensor) = (labels, operand)
  while let second = labels.indices.first(where: { labels[..<$0].contains(labels[$0]) }) {
    let first = labels.firstIndex(of: labels[second])!
    let size = tensor.shape[first]
    guard tensor.shape[second] == size else { differ() }
    // The product with the identity leaves one element of each line along the second axis.
    var shape = Array(repeating: 1, count: tensor.rank)
    (shape[first], shape[second]) = (size, size)
    tensor = (tensor * Tensor(identity: size).reshaped(to: Shape(shape))).sum(
      along: Axes([second]))
    labels.remove(at: second)
  }
  return Term(labels: labels, tensor: tensor)
}
