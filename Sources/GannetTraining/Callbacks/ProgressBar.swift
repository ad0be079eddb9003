import Foundation

/// A progress bar on standard error.
///
/// On a terminal it is a line, rewritten at most ten times a second. In a file or pipe it prints a
/// line every ten seconds and at the end.
///
/// ```swift
/// let bar = ProgressBar("epoch 1/10", total: loader.count)
/// for batch in loader {
///   let loss = step(batch)
///   bar.advance(showing: ["loss": loss])
/// }
/// bar.finish(showing: ["accuracy": accuracy])
/// ```
public final class ProgressBar {
  /// The bar's name, at the start of its line.
  public let title: String
  /// The total number of steps, if known.
  public let total: Int?
  /// The number of steps done so far.
  public private(set) var completed = 0

  private let device: Device
  private let start: Double
  private var lastDrawn: Double?
  private var lineIsOpen = false
  private var isFinished = false

  /// Makes a bar for `total` steps, or nil for an unknown number, on standard error.
  public convenience init(_ title: String, total: Int?) {
    self.init(title, total: total, device: .standardError)
  }

  package init(_ title: String, total: Int?, device: Device) {
    self.title = title
    self.total = total.map { max($0, 0) }
    self.device = device
    start = device.now()
  }

  /// Advances by `steps`, 1 by default, and shows values of metrics.
  public func advance(by steps: Int = 1, showing values: KeyValuePairs<String, Double> = [:]) {
    guard !isFinished else { return }
    completed = min(completed + steps, total ?? .max)
    let now = device.now()
    if let columns = device.columns() {
      if let last = lastDrawn, now - last < 0.1 { return }
      device.write("\r\u{1B}[K" + drawnLine(at: now, values: values, columns: columns))
      lineIsOpen = true
    } else {
      if now - (lastDrawn ?? start) < 10 { return }
      device.write(plainLine(at: now, values: values) + "\n")
    }
    lastDrawn = now
  }

  /// Ends the line with the elapsed time; later calls are ignored.
  ///
  /// - Parameter measured: Further metrics, sorted by name.
  public func finish(
    showing values: KeyValuePairs<String, Double> = [:], and measured: [String: Double] = [:]
  ) {
    guard !isFinished else { return }
    isFinished = true
    let took = "\(title)  \(share) in \(Self.time(device.now() - start))"
    let shown = values.map { $0 } + measured.sorted { $0.key < $1.key }
    let line = ([took] + Self.texts(shown)).joined(separator: "  ")
    device.write(device.columns() == nil ? line + "\n" : "\r\u{1B}[K" + line + "\n")
    lineIsOpen = false
  }

  /// Ends an unfinished line, so that the next output begins on a new one.
  deinit {
    if lineIsOpen { device.write("\n") }
  }

  /// The completed fraction; nil without a total.
  private var fraction: Double? {
    total.map { $0 == 0 ? 1 : Double(completed) / Double($0) }
  }

  private var share: String { total.map { "\(completed)/\($0)" } ?? "\(completed) steps" }

  private func remaining(at now: Double) -> String? {
    guard let total, completed > 0 else { return nil }
    return Self.time((now - start) * Double(total - completed) / Double(completed)) + " left"
  }

  private func plainLine(at now: Double, values: KeyValuePairs<String, Double>) -> String {
    let share = self.share + (fraction.map { " (\(Int(100 * $0))%)" } ?? "")
    return ([title, share] + [remaining(at: now)].compactMap(\.self) + Self.texts(values))
      .joined(separator: "  ")
  }

  private func drawnLine(
    at now: Double, values: KeyValuePairs<String, Double>, columns: Int
  ) -> String {
    let texts = ([share] + [remaining(at: now)].compactMap(\.self) + Self.texts(values))
      .joined(separator: "  ")
    let width = min(30, columns - title.count - texts.count - 5)
    guard let fraction, width >= 5 else { return String("\(title)  \(texts)".prefix(columns - 1)) }
    let filled = Int(fraction * Double(width))
    let bar =
      String(repeating: "━", count: filled)
      + "\u{1B}[2m" + String(repeating: "─", count: width - filled) + "\u{1B}[0m"
    return "\(title)  \(bar)  \(texts)"
  }

  private static func texts(_ values: some Sequence<(key: String, value: Double)>) -> [String] {
    values.map { "\($0.key) \(String(format: "%.4g", $0.value))" }
  }

  /// A readable duration: `4 ms`, `0.4 s`, `41 s`, `3 min 05 s`, `2 h 10 min`.
  package static func time(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "?" }
    let whole = Int(seconds.rounded())
    switch seconds {
    case ..<0.0995: return String(format: "%.0f ms", max(1000 * seconds, 0))
    case ..<9.95: return String(format: "%.1f s", seconds)
    case ..<59.5: return "\(whole) s"
    case ..<3599.5: return String(format: "%d min %02d s", whole / 60, whole % 60)
    default: return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
    }
  }
}

extension ProgressBar {
  /// The output and clock of a bar, replaceable in tests.
  package struct Device {
    package let write: (String) -> Void
    /// The width of the terminal; nil for other outputs.
    package let columns: () -> Int?
    /// A monotonic clock in seconds.
    package let now: () -> Double

    package init(
      write: @escaping (String) -> Void, columns: @escaping () -> Int?,
      now: @escaping () -> Double
    ) {
      self.write = write
      self.columns = columns
      self.now = now
    }

    package static var standardError: Device {
      Device(
        write: { FileHandle.standardError.write(Data($0.utf8)) },
        columns: { terminalColumns(of: STDERR_FILENO) },
        now: { ProcessInfo.processInfo.systemUptime })
    }

    private static func terminalColumns(of file: Int32) -> Int? {
      guard isatty(file) == 1, ProcessInfo.processInfo.environment["TERM"] != "dumb" else {
        return nil
      }
      var size = winsize()
      let answered = ioctl(file, UInt(TIOCGWINSZ), &size) == 0
      return answered && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
  }
}
