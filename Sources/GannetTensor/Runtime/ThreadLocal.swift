#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Thread-local values, freed when the thread ends.
final class ThreadLocal {
  let teardown = Teardown.List()

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { raw in
      #if canImport(Darwin)
      Unmanaged<ThreadLocal>.fromOpaque(raw).release()
      #else
      Unmanaged<ThreadLocal>.fromOpaque(raw!).release()
      #endif
    }
    return key
  }()

  /// The values of the current thread.
  static var values: ThreadLocal {
    if let raw = pthread_getspecific(key) {
      return Unmanaged<ThreadLocal>.fromOpaque(raw).takeUnretainedValue()
    }
    let values = ThreadLocal()
    pthread_setspecific(key, Unmanaged.passRetained(values).toOpaque())
    return values
  }
}
