#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Stops the program with `message` at a programmer's mistake.
///
/// Unlike `precondition`, it prints the message in release builds, too. It is not inlined, so that
/// checks cost one predicted branch.
@inline(never)
package func fail(_ message: @autoclosure () -> String) -> Never {
  fflush(nil)
  fatalError(message())
}

/// Stops because of incompatible shapes of `operation`'s two operands.
@inline(never)
package func failShapes(_ operation: StaticString, _ a: Shape, _ b: Shape) -> Never {
  fail("\(operation): shapes \(a) and \(b) don't fit")
}

/// Stops because `operation` does not support a tensor of `shape`.
@inline(never)
package func failShape(_ operation: StaticString, _ shape: Shape, expected: String) -> Never {
  fail("\(operation): shape \(shape), expected \(expected)")
}
