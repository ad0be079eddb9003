import Foundation

/// The sanitizers that a test process can run under.
public enum Sanitizers {
  /// Whether the process runs under the address or the thread sanitizer, whose freed and shadow
  /// memory makes measurements of the process's memory meaningless.
  public static var isActive: Bool {
    ["__asan_init", "__tsan_init"].contains { (symbol: String) in dlsym(nil, symbol) != nil }
  }
}
