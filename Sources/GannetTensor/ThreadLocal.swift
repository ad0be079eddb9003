#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One object for each thread, freed when the thread ends.
enum ThreadLocal {
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { raw in
      #if canImport(Darwin)
      Unmanaged<AnyObject>.fromOpaque(raw).release()
      #else
      Unmanaged<AnyObject>.fromOpaque(raw!).release()
      #endif
    }
    return key
  }()

  static var value: AnyObject? {
    get {
      pthread_getspecific(key).map { Unmanaged<AnyObject>.fromOpaque($0).takeUnretainedValue() }
    }
    set {
      if let old = pthread_getspecific(key) { Unmanaged<AnyObject>.fromOpaque(old).release() }
      pthread_setspecific(key, newValue.map { Unmanaged.passRetained($0).toOpaque() })
    }
  }
}
