/// Whether the tensors have the same shape and each element of `a` differs from that of `b` by at
/// most `absoluteTolerance` + `relativeTolerance` · |b|; false with NaN.
public func allClose(
  _ a: Tensor, _ b: Tensor, relativeTolerance: Float = 1e-5, absoluteTolerance: Float = 1e-8
) -> Bool {
  guard a.shape == b.shape else { return false }
  return a.withScalars { a in
    b.withScalars { b in
      // Tests equality first: the difference of equal infinities is NaN.
      zip(a, b).allSatisfy {
        $0 == $1
          || ($0 - $1).magnitude <= absoluteTolerance + relativeTolerance * $1.magnitude
            && $1.isFinite
      }
    }
  }
}
