#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Stops the program with `message`: the one way out for a programmer's mistake.
///
/// `precondition` prints nothing in a release build; this does. Cold and out of line, so that the
/// checks in front of it cost one predicted branch.
@inline(never)
package func fail(_ message: @autoclosure () -> String) -> Never {
  fflush(nil)
  fatalError(message())
}

/// Stops because the shapes of `operation`'s two operands don't fit.
@inline(never)
package func failShapes(_ operation: StaticString, _ a: Shape, _ b: Shape) -> Never {
  fail("\(operation): shapes \(a) and \(b) don't fit")
}

/// Stops because `operation` wants something else than a tensor of `shape`.
@inline(never)
package func failShape(_ operation: StaticString, _ shape: Shape, expected: String) -> Never {
  fail("\(operation): shape \(shape), expected \(expected)")
}
