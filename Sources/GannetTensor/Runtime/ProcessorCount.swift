import CGannetKernels

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The number of processors that this process may use.
enum ProcessorCount {
  /// The number of processors in the affinity mask, limited by the control group's quota.
  static var available: Int {
    var count = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    #if os(Linux)
    let affinity = Int(gannet_affinity_count())
    if affinity > 0 { count = affinity }
    if let quota = controlGroupQuota { count = min(count, quota) }
    #endif
    return max(1, count)
  }

  /// The CPU quota of control groups version 2 or 1, rounded up, or nil where there is none.
  private static var controlGroupQuota: Int? {
    if let line = Environment.firstLine(of: "/sys/fs/cgroup/cpu.max") {
      let fields = line.split(separator: " ").map { Double($0) }
      if fields.count == 2, let quota = fields[0], let period = fields[1], period > 0 {
        return Int((quota / period).rounded(.up))
      }
      return nil
    }
    guard
      let quota = Environment.firstLine(of: "/sys/fs/cgroup/cpu/cpu.cfs_quota_us")
        .flatMap({ Double($0) }), quota > 0,
      let period = Environment.firstLine(of: "/sys/fs/cgroup/cpu/cpu.cfs_period_us")
        .flatMap({ Double($0) }), period > 0
    else { return nil }
    return Int((quota / period).rounded(.up))
  }
}

/// Reader of environment variables and system files.
enum Environment {
  static func integer(_ name: String) -> Int? {
    getenv(name).flatMap { Int(String(cString: $0)) }
  }

  static func firstLine(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 256)
    guard fgets(&buffer, 256, file) != nil else { return nil }
    let bytes = buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
