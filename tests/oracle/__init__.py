"""The SQL of every definition is tested against its slow Python meaning, on data and definitions that hypothesis makes."""
