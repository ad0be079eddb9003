import Foundation

/// A progress bar on standard error.
///
/// On a terminal it is a line, rewritten at most ten times a second and no wider than the terminal:
/// a bar, the steps, examples per second, the time left, the latest values, and a sparkline of the
/// first of them. In a file or pipe it prints a line every ten seconds. The last line has the
/// values, those of the validation labelled so, the time and the speed:
///
///     epoch 3/10  loss 0.8657  validation accuracy 0.8012  12 s  61,000 examples/s
///
/// ```swift
/// let bar = ProgressBar("epoch 1/10", total: loader.count)
/// for batch in loader {
///   let loss = step(batch)
///   bar.advance(examples: batch.count, showing: ["loss": loss])
/// }
/// bar.finish(showing: ["loss": meanLoss], validation: ["accuracy": accuracy])
/// ```
public final class ProgressBar {
  private var line: ProgressLine
  private let device: Device
  private let start: Double
  private var lastDrawn: Double?
  private var lineIsOpen = false
  private var isFinished = false

  /// The bar's name, at the start of its line.
  public var title: String { line.title }
  /// The total number of steps, if known.
  public var total: Int? { line.total }
  /// The number of steps done so far.
  public var completed: Int { line.completed }

  /// Makes a bar for `total` steps, or nil for an unknown number, on standard error.
  ///
  /// - Parameters:
  ///   - title: The text before the bar.
  ///   - total: The number of steps; nil where it is unknown.
  ///   - completed: The steps done before, as in a resumed training; the speed and the time left
  ///     are those of the other steps.
  public convenience init(_ title: String, total: Int?, completed: Int = 0) {
    self.init(title, total: total, completed: completed, device: .standardError)
  }

  package init(_ title: String, total: Int?, completed: Int = 0, device: Device) {
    let total = total.map { max($0, 0) }
    line = ProgressLine(title, total: total, completed: min(max(completed, 0), total ?? .max))
    self.device = device
    start = device.now()
  }

  /// Advances by `steps`, 1 by default, and shows values of metrics.
  ///
  /// - Parameters:
  ///   - steps: The number of steps that were made; 1 by default.
  ///   - examples: The number of examples in these steps, for the speed; 0, unknown, by default.
  ///   - values: Values by name; the first has a sparkline on a terminal.
  ///   - validation: Measurements of the last evaluation, if any, sorted by name, the loss first.
  public func advance(
    by steps: Int = 1, examples: Int = 0, showing values: KeyValuePairs<String, Double> = [:],
    validation: [String: Double] = [:]
  ) {
    guard !isFinished else { return }
    let now = device.now()
    line.completed = min(line.completed + steps, line.total ?? .max)
    line.examples += examples
    line.seconds = now - start
    line.stepSeconds = line.seconds
    line.values = values.map { ($0, $1) }
    line.validation = Self.sorted(validation)
    if let first = values.first { line.curve.append(first.value) }
    if let columns = device.columns() {
      if let lastDrawn, now - lastDrawn < 0.1 { return }
      device.write("\r\u{1B}[K" + line.drawn(columns: columns))
      lineIsOpen = true
    } else {
      if now - (lastDrawn ?? start) < 10 { return }
      device.write(line.plain + "\n")
    }
    lastDrawn = now
  }

  /// Ends the line with the elapsed time; later calls are ignored.
  ///
  /// - Parameters:
  ///   - values: Values by name.
  ///   - validation: Measurements of an evaluation, sorted by name, the loss first.
  public func finish(
    showing values: KeyValuePairs<String, Double> = [:], validation: [String: Double] = [:]
  ) {
    guard !isFinished else { return }
    isFinished = true
    line.seconds = device.now() - start
    line.values = values.map { ($0, $1) }
    line.validation = Self.sorted(validation)
    device.write((device.columns() == nil ? "" : "\r\u{1B}[K") + line.finished + "\n")
    lineIsOpen = false
  }

  private static func sorted(_ validation: [String: Double]) -> ProgressLine.Values {
    validation.sorted {
      ($0.key == "loss" ? 0 : 1, $0.key) < ($1.key == "loss" ? 0 : 1, $1.key)
    }
    .map { ($0, $1) }
  }

  /// Ends an unfinished line, so that the next output begins on a new one.
  deinit {
    if lineIsOpen { device.write("\n") }
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
