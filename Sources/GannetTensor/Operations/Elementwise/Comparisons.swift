// Elementwise comparisons: 1 where they hold, else 0, without gradients. Comparisons with NaN are
// false, except `.!=`.

private struct Less: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { a < b ? 1 : 0 }
  @inline(__always) func callAsFunction(_ a: Vector, _ b: Vector) -> Vector { ones(a .< b) }
}
private struct LessOrEqual: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { a <= b ? 1 : 0 }
  @inline(__always) func callAsFunction(_ a: Vector, _ b: Vector) -> Vector { ones(a .<= b) }
}
private struct Equal: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { a == b ? 1 : 0 }
  @inline(__always) func callAsFunction(_ a: Vector, _ b: Vector) -> Vector { ones(a .== b) }
}
private struct Unequal: BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Float, _ b: Float) -> Float { a != b ? 1 : 0 }
  @inline(__always) func callAsFunction(_ a: Vector, _ b: Vector) -> Vector { ones(a .!= b) }
}

/// 1 where the mask is set, else 0. The compiler would turn a choice by lane into branches.
@inline(__always)
private func ones(_ mask: SIMDMask<SIMD8<Int32>>) -> Vector {
  let bits = unsafeBitCast(mask, to: SIMD8<UInt32>.self)
  return unsafeBitCast(bits & Float(1).bitPattern, to: Vector.self)
}

extension Tensor {
  /// 1 where `a` is less than `b`, else 0; shapes broadcast.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { compared(.less, a, b) }
  /// 1 where `a` is at most `b`, else 0; shapes broadcast.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor { compared(.lessOrEqual, a, b) }
  /// 1 where `a` is greater than `b`, else 0; shapes broadcast.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { compared(.less, b, a) }
  /// 1 where `a` is at least `b`, else 0; shapes broadcast.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { compared(.lessOrEqual, b, a) }
  /// 1 where `a` equals `b`, else 0; shapes broadcast.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { compared(.equal, a, b) }
  /// 1 where `a` differs from `b`, else 0; shapes broadcast.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { compared(.unequal, a, b) }

  private static func compared(
    _ relation: ComparisonOperation.Relation, _ a: Tensor, _ b: Tensor
  ) -> Tensor {
    if let trace = Trace.current {
      return trace.record(ComparisonOperation(relation: relation), [a, b])
    }
    return switch relation {
    case .less: combined(Less(), ".<", a, b)
    case .lessOrEqual: combined(LessOrEqual(), ".<=", a, b)
    case .equal: combined(Equal(), ".==", a, b)
    case .unequal: combined(Unequal(), ".!=", a, b)
    }
  }
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
