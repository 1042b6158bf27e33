"""Reports: a question each, answered with measures, tables and the method behind them."""
