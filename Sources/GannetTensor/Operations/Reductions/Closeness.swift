/// Whether the tensors have one shape and each element of `a` differs from that of `b` by at most
/// `absoluteTolerance` + `relativeTolerance` · |b|. A NaN is close to nothing.
public func allClose(
  _ a: Tensor, _ b: Tensor, relativeTolerance: Float = 1e-5, absoluteTolerance: Float = 1e-8
) -> Bool {
  guard a.shape == b.shape else { return false }
  return a.withScalars { a in
    b.withScalars { b in
      // Equal ones first: the difference of infinities is a NaN.
      zip(a, b).allSatisfy {
        $0 == $1
          || ($0 - $1).magnitude <= absoluteTolerance + relativeTolerance * $1.magnitude
            && $1.isFinite
      }
    }
  }
}
