import GannetTensor

extension Initializer {
  /// Orthogonal initialization: a random matrix with orthonormal rows or columns, whichever are
  /// fewer, times `gain` (Saxe et al., 2013).
  ///
  /// A weight with more axes is flattened to a matrix of its first axis by the others.
  public static func orthogonal(gain: Float = 1) -> Initializer {
    Initializer { shape, _, stream in
      guard shape.rank >= 2 else { failShape("orthogonal", shape, expected: "two axes or more") }
      let (rows, columns) = (shape[0], shape.dropFirst().reduce(1, *))
      let draws = Tensor(normal: [max(rows, columns), min(rows, columns)], using: &stream)
      guard let (q, r) = try? draws.qr() else { fail("orthogonal: no QR of \(shape)") }
      // QR does not determine the columns' signs; those of r's diagonal make q uniformly
      // distributed.
      let signs = (0..<r.shape[1]).map { r[$0].scalars[$0] < 0 ? -gain : gain }
      let scaled = q * Tensor(signs)
      return (rows < columns ? scaled.transposed() : scaled).reshaped(to: shape)
    }
  }
}
