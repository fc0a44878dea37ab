// Apache ECharts with only the parts used. It is most of the page's weight, so it comes after the first numbers are there.
import { BarChart, HeatmapChart, LineChart } from 'echarts/charts';
import { AxisPointerComponent, GridComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([LineChart, BarChart, HeatmapChart, GridComponent, TooltipComponent, AxisPointerComponent, VisualMapComponent, CanvasRenderer]);

export { init };
