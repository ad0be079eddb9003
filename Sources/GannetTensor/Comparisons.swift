// Comparisons, element by element: tensors of 1 where they hold and 0 elsewhere, through which no
// gradient flows. A NaN equals nothing and compares with nothing.

private struct Less: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { a < b ? 1 : 0 }
}
private struct LessOrEqual: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { a <= b ? 1 : 0 }
}
private struct Equal: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { a == b ? 1 : 0 }
}
private struct Unequal: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { a != b ? 1 : 0 }
}

extension Tensor {
  /// 1 where `a` is less than `b`, else 0; shapes broadcast.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { combined(Less(), ".<", a, b) }
  /// 1 where `a` is at most `b`, else 0; shapes broadcast.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor { combined(LessOrEqual(), ".<=", a, b) }
  /// 1 where `a` is greater than `b`, else 0; shapes broadcast.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { combined(Less(), ".>", b, a) }
  /// 1 where `a` is at least `b`, else 0; shapes broadcast.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { combined(LessOrEqual(), ".>=", b, a) }
  /// 1 where `a` equals `b`, else 0; shapes broadcast.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { combined(Equal(), ".==", a, b) }
  /// 1 where `a` differs from `b`, else 0; shapes broadcast.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { combined(Unequal(), ".!=", a, b) }
}

// MARK: With a number

extension Tensor {
  /// 1 where an element is less than `b`, else 0.
  public static func .< (a: Tensor, b: Float) -> Tensor { a .< Tensor(b) }
  /// 1 where an element is at most `b`, else 0.
  public static func .<= (a: Tensor, b: Float) -> Tensor { a .<= Tensor(b) }
  /// 1 where an element is greater than `b`, else 0.
  public static func .> (a: Tensor, b: Float) -> Tensor { a .> Tensor(b) }
  /// 1 where an element is at least `b`, else 0.
  public static func .>= (a: Tensor, b: Float) -> Tensor { a .>= Tensor(b) }
  /// 1 where an element equals `b`, else 0.
  public static func .== (a: Tensor, b: Float) -> Tensor { a .== Tensor(b) }
  /// 1 where an element differs from `b`, else 0.
  public static func .!= (a: Tensor, b: Float) -> Tensor { a .!= Tensor(b) }
}
