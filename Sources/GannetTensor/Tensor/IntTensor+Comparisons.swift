// Elementwise comparisons of integers: 1 where they hold, else 0. Shapes broadcast.

extension IntTensor {
  /// 1 where `a` is less than `b`, else 0.
  public static func .< (a: IntTensor, b: IntTensor) -> Tensor { compared(".<", a, b, <) }
  /// 1 where `a` is at most `b`, else 0.
  public static func .<= (a: IntTensor, b: IntTensor) -> Tensor { compared(".<=", a, b, <=) }
  /// 1 where `a` is greater than `b`, else 0.
  public static func .> (a: IntTensor, b: IntTensor) -> Tensor { compared(".>", a, b, >) }
  /// 1 where `a` is at least `b`, else 0.
  public static func .>= (a: IntTensor, b: IntTensor) -> Tensor { compared(".>=", a, b, >=) }
  /// 1 where `a` equals `b`, else 0.
  public static func .== (a: IntTensor, b: IntTensor) -> Tensor { compared(".==", a, b, ==) }
  /// 1 where `a` differs from `b`, else 0.
  public static func .!= (a: IntTensor, b: IntTensor) -> Tensor { compared(".!=", a, b, !=) }

  /// 1 where an element is less than `b`, else 0.
  public static func .< (a: IntTensor, b: Int32) -> Tensor { a .< IntTensor([b], shape: []) }
  /// 1 where an element is at most `b`, else 0.
  public static func .<= (a: IntTensor, b: Int32) -> Tensor { a .<= IntTensor([b], shape: []) }
  /// 1 where an element is greater than `b`, else 0.
  public static func .> (a: IntTensor, b: Int32) -> Tensor { a .> IntTensor([b], shape: []) }
  /// 1 where an element is at least `b`, else 0.
  public static func .>= (a: IntTensor, b: Int32) -> Tensor { a .>= IntTensor([b], shape: []) }
  /// 1 where an element equals `b`, else 0.
  public static func .== (a: IntTensor, b: Int32) -> Tensor { a .== IntTensor([b], shape: []) }
  /// 1 where an element differs from `b`, else 0.
  public static func .!= (a: IntTensor, b: Int32) -> Tensor { a .!= IntTensor([b], shape: []) }

  private static func compared(
    _ operation: StaticString, _ a: IntTensor, _ b: IntTensor, _ holds: (Int32, Int32) -> Bool
  ) -> Tensor {
    guard let shape = a.shape.broadcast(with: b.shape) else {
      failShapes(operation, a.shape, b.shape)
    }
    let (a, b) = (a.broadcast(to: shape), b.broadcast(to: shape))
    return Tensor(zip(a, b).map { holds($0, $1) ? 1 : 0 }, shape: shape)
  }

  /// The elements broadcast to `shape`.
  private func broadcast(to shape: Shape) -> [Int32] {
    if self.shape == shape { return scalars }
    if count == 1 { return [Int32](repeating: scalars[0], count: shape.elementCount) }
    var result = self
    while result.shape.rank < shape.rank { result = result.unsqueezed(at: 0) }
    for axis in 0..<shape.rank where result.shape[axis] != shape[axis] {
      let zeros = [Int32](repeating: 0, count: shape[axis])
      let repeated = result.slices(at: IntTensor(zeros), along: axis)
      result = repeated
    }
    return result.scalars
  }
}
