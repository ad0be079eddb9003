// Every section draws plots.
@_exported import GannetPlots
