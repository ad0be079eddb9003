import Foundation

/// The sanitizers that a test process can run under.
public enum Sanitizers {
  /// Whether the process runs under the address or the thread sanitizer, which keep freed and shadow memory:
  /// the memory that the system has given to the process then says nothing about the program.
  public static var isActive: Bool {
    ["__asan_init", "__tsan_init"].contains { (symbol: String) in dlsym(nil, symbol) != nil }
  }
}
